"""
How people and companies are reached and told apart: phones, e-mail, tax and bank numbers, names.

Every `normal_*` gives the one stored form of a value, every `*_key` the form by which duplicates are looked for,
every `check_*` raises `Refused` with what is wrong.
"""

from __future__ import annotations

from okno.kit.contacts.abroad import check_foreign_number, check_iban, check_swift, foreign_key
from okno.kit.contacts.legal import (
    LEGAL_FORMS,
    LegalName,
    full_legal_name,
    name_key,
    quoted,
    split_legal_form,
)
from okno.kit.contacts.likeness import key_similarity, name_similarity, person_similarity, trigram_similarity
from okno.kit.contacts.mail import (
    PUBLIC_MAIL,
    domain_key,
    email_display,
    email_key,
    mask_email,
    normal_email,
)
from okno.kit.contacts.messengers import Messenger, messenger_url, normal_messenger
from okno.kit.contacts.people import Gender, PersonName, parse_person_name, person_key
from okno.kit.contacts.phones import (
    Phone,
    mask_phone,
    normal_phone,
    phone_display,
    phone_key,
    phone_uri,
    phone_zone,
)
from okno.kit.contacts.recognition import Recognised, recognise
from okno.kit.contacts.requisites import (
    check_account,
    check_bik,
    check_correspondent_account,
    check_inn,
    check_kpp,
    check_ogrn,
    is_inn,
)

__all__ = [
    "LEGAL_FORMS",
    "PUBLIC_MAIL",
    "Gender",
    "LegalName",
    "Messenger",
    "PersonName",
    "Phone",
    "Recognised",
    "check_account",
    "check_bik",
    "check_correspondent_account",
    "check_foreign_number",
    "check_iban",
    "check_inn",
    "check_kpp",
    "check_ogrn",
    "check_swift",
    "domain_key",
    "email_display",
    "email_key",
    "foreign_key",
    "full_legal_name",
    "is_inn",
    "key_similarity",
    "mask_email",
    "mask_phone",
    "messenger_url",
    "name_key",
    "name_similarity",
    "normal_email",
    "normal_messenger",
    "normal_phone",
    "parse_person_name",
    "person_key",
    "person_similarity",
    "phone_display",
    "phone_key",
    "phone_uri",
    "phone_zone",
    "quoted",
    "recognise",
    "split_legal_form",
    "trigram_similarity",
]
