"""Invented people and companies: names as they are met in Russian trade."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MALE = _words(
    "Александр Алексей Андрей Антон Артём Борис Виктор Владимир Денис Дмитрий Евгений Иван Игорь Илья Кирилл "
    "Константин Максим Михаил Никита Николай Олег Павел Пётр Роман Сергей Станислав Фёдор Юрий"
)
FEMALE = _words(
    "Алла Анастасия Анна Валентина Валерия Вера Виктория Галина Дарья Екатерина Елена Жанна Зоя Инна Ирина "
    "Кристина Ксения Лариса Людмила Марина Мария Надежда Наталья Оксана Ольга Полина Светлана Юлия"
)
FATHERS = _words(
    "Александров Алексеев Андреев Борисов Викторов Владимиров Дмитриев Евгеньев Иванов Игорев Михайлов Николаев "
    "Олегов Павлов Петров Романов Сергеев Юрьев"
)
SURNAMES = _words(
    "Абрамов Алёшин Белов Беляев Богданов Борисов Виноградов Власов Воробьёв Гаврилов Голубев Горшков Давыдов "
    "Демидов Дроздов Егоров Ершов Жданов Журавлёв Зайцев Зимин Игнатов Калинин Карпов Киселёв Климов Ковалёв "
    "Козлов Комаров Королёв Крылов Кудрявцев Лаптев Логинов Макаров Мартынов Медведев Миронов Назаров Никитин "
    "Носов Овчинников Орлов Панин Пахомов Поляков Рогов Родионов Рябов Савельев Селезнёв Соболев Соловьёв Сорокин "
    "Субботин Тарасов Тихонов Третьяков Ушаков Филатов Фомин Чернов Шаров Шестаков Щербаков Юдин Яковлев"
)
HEADS = _words(
    "Авто Агро Аква Альфа Балт Вектор Вест Волга Восток Гамма Гранд Дельта Дон Евро Запад Импульс Инвест Кама "
    "Кедр Контур Лад Лига Магистраль Мега Меридиан Мет Нева Норд Олимп Омега Орбита Парк Полюс Промо Прогресс "
    "Регион Ритм Рост Русь Сибирь Спектр Старт Строй Тех Транс Урал Форт Центр Эко Энерго Юг Янтарь"
)
TAILS = _words(
    "Снаб Торг Маш Монтаж Логистик Сервис Комплект Мебель Пак Пласт Проект Ресурс Ритейл Склад Стиль Сталь Строй "
    "Техно Трейд Фарм Хим Центр Электро Дом Группа Пром Лайн Мастер Опт Прибор"
)
PLAIN = (
    "Белая цапля",
    "Берёзовый край",
    "Бодрая корова",
    "Быстрый ветер",
    "Вишнёвый сад",
    "Голубая дверь",
    "Добрый пекарь",
    "Ёлка и сосна",
    "Жёлтый трамвай",
    "Золотая рыбка",
    "Крепкий орешек",
    "Лесная тропа",
    "Маленький принц",
    "Морской узел",
    "Первый снег",
    "Пятое колесо",
    "Рыжий кот",
    "Северный олень",
    "Синяя птица",
    "Сорок лестниц",
    "Старый мельник",
    "Тёплый дом",
    "Тихий омут",
    "Хорошая полка",
    "Чистая вода",
)
FORMS = ("ООО", "ООО", "ООО", "ООО", "ООО", "ООО", "АО", "АО", "ПАО", "МУП")
FULL_FORMS = {
    "ООО": "Общество с ограниченной ответственностью",
    "АО": "Акционерное общество",
    "ПАО": "Публичное акционерное общество",
    "МУП": "Муниципальное унитарное предприятие",
}
POSTS = (
    ("Генеральный директор", "decides"),
    ("Коммерческий директор", "decides"),
    ("Начальник отдела снабжения", "decides"),
    ("Менеджер по закупкам", "influences"),
    ("Начальник склада", "uses"),
    ("Главный инженер", "expert"),
    ("Главный бухгалтер", "bookkeeper"),
    ("Офис-менеджер", "uses"),
)
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya _".replace("-", "").split(" "),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person by parts of the name."""

    surname: str
    name: str
    patronymic: str

    @property
    def full(self) -> str:
        """«Белова Анна Павловна»."""
        return f"{self.surname} {self.name} {self.patronymic}"

    @property
    def address(self) -> str:
        """The part of a mail address before @."""
        return f"{latin(self.name)[0]}.{latin(self.surname)}"


@dataclass(frozen=True, slots=True)
class Company:
    """A company: as it is called, its form, and the name of its place on the net."""

    short: str
    form: str
    domain: str

    @property
    def legal(self) -> str:
        """«ООО «Ромашка»» as documents name it."""
        return f"{self.form} «{self.short}»"

    @property
    def full(self) -> str:
        """The form in full."""
        return f"{FULL_FORMS[self.form]} «{self.short}»"


def person(rng: Random) -> Person:
    """A man or a woman with names that agree."""
    surname, father = rng.choice(SURNAMES), rng.choice(FATHERS)
    if rng.random() < 0.5:
        return Person(surname, rng.choice(MALE), f"{father}ич")
    return Person(f"{surname}а", rng.choice(FEMALE), f"{father}на")


def company(rng: Random) -> Company:
    """A company; domains are of .example, which nobody can have (RFC 2606)."""
    kind = rng.random()
    if kind < 0.2:
        short = rng.choice(PLAIN)
    elif kind < 0.6:
        short = f"{rng.choice(HEADS)}{rng.choice(TAILS)}"
    elif kind < 0.85:
        short = f"{rng.choice(HEADS)}-{rng.choice(TAILS)}"
    else:
        short = (
            f"{rng.choice(HEADS)}{rng.choice(TAILS).lower()} {rng.choice(('Плюс', 'М', 'Юнион', 'НН', 'Групп', '21'))}"
        )
    return Company(short, rng.choice(FORMS), f"{latin(short).replace('_', '-')}.example")


def latin(text: str) -> str:
    """A text in Latin letters, as mail addresses spell it."""
    return "".join(_LATIN.get(letter, letter) for letter in text.lower())
