"""Signatures of JSON web tokens (RFC 7515)."""

import base64
import hashlib
import hmac
import json
from typing import Any

from lakehouse_common.secret_store import sign

Claims = dict[str, Any]


def hs256(claims: Claims, key: str) -> str:
    """Returns a JSON web token signed with HMAC-SHA-256 (RFC 7515, A.1)."""
    signed = _unsigned("HS256", claims)
    return f"{signed}.{_base64url(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def rs256(claims: Claims, key: str) -> str:
    """Returns a JSON web token signed in KMS with RSA and SHA-256 (RFC 7515, A.2); `key` is the key's id there."""
    signed = _unsigned("RS256", claims)
    return f"{signed}.{_base64url(sign(key, signed.encode()))}"


def _unsigned(algorithm: str, claims: Claims) -> str:
    head = {"alg": algorithm, "typ": "JWT"}
    return ".".join(_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
