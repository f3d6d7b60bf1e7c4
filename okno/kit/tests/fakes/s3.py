"""
A strict stand-in for an S3 storage: it recomputes every signature from what came over the wire, by the order of the
AWS documentation and with no line in common with the program's own signing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from okno.kit.tests.fakes.web import Asked, Said

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<access>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request,\s*"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})",
)


@dataclass
class FakeS3:
    access: str
    secret: str
    region: str
    bucket: str
    objects: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    fail_next: int = 0

    def reply(self, asked: Asked) -> Said:
        if self.fail_next:
            self.fail_next -= 1
            return Said(status=503, body=b"SlowDown")
        if wrong := self._wrong(asked):
            self.refused.append(wrong)
            return Said(status=403, body=wrong.encode())
        path, _, query = asked.path.partition("?")
        if query or not path.startswith(f"/{self.bucket}/"):
            return Said(status=400, body=b"InvalidRequest")
        return self._done(asked, path)

    def _done(self, asked: Asked, path: str) -> Said:
        if asked.method == "PUT":
            self.objects[path] = asked.body
            return Said()
        if asked.method == "DELETE":
            self.objects.pop(path, None)
            return Said(status=204)
        if path not in self.objects:
            return Said(status=404, body=b"NoSuchKey")
        return Said(body=self.objects[path])

    def _wrong(self, asked: Asked) -> str:
        match = _AUTHORIZATION.fullmatch(asked.headers.get("authorization", ""))
        if not match or match["access"] != self.access or match["region"] != self.region:
            return "AuthorizationHeaderMalformed"
        names = match["names"].split(";")
        must = {"host", *(name for name in asked.headers if name.startswith("x-amz-"))}
        if names != sorted(names) or not must <= set(names):
            return "SignatureDoesNotMatch: unsigned headers"
        stamp = asked.headers.get("x-amz-date", "")
        sent = dt.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        if abs(dt.datetime.now(dt.UTC) - sent) > dt.timedelta(minutes=15) or stamp[:8] != match["day"]:
            return "RequestTimeTooSkewed"
        if asked.method == "PUT" and "content-length" not in asked.headers:
            return "MissingContentLength"
        body_hash = hashlib.sha256(asked.body).hexdigest()
        if asked.headers.get("x-amz-content-sha256") != body_hash:
            return "XAmzContentSHA256Mismatch"
        expected = self._signature(asked, names, stamp, body_hash)
        return "" if hmac.compare_digest(expected, match["signature"]) else "SignatureDoesNotMatch"

    def _signature(self, asked: Asked, names: list[str], stamp: str, body_hash: str) -> str:
        path, _, query = asked.path.partition("?")
        canonical = f"{asked.method}\n{path}\n{query}\n"
        for name in names:
            canonical += name + ":" + asked.headers[name].strip() + "\n"
        canonical += "\n" + ";".join(names) + "\n" + body_hash
        scope = "/".join([stamp[:8], self.region, "s3", "aws4_request"])
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"

        def step(key: bytes, message: str) -> bytes:
            return hmac.digest(key, message.encode(), "sha256")

        day_key = step(("AWS4" + self.secret).encode(), stamp[:8])
        signing = step(step(step(day_key, self.region), "s3"), "aws4_request")
        return step(signing, text).hex()
