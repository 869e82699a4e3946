"""PyJWT as a peer: one JSON request per line on stdin, one JSON answer per line on stdout.

    {"id": 1, "op": "algorithms"}
    {"id": 2, "op": "generate", "alg": "ES256"}
    {"id": 3, "op": "sign", "alg": "ES256", "key": KEY, "claims": {...}, "header": {...}}
    {"id": 4, "op": "verify", "alg": "ES256", "key": KEY, "token": "...", "issuer": "...", "audience": "..."}

KEY is {"form": "pem", "text": PEM}, {"form": "jwk", "jwk": JWK} or {"form": "bytes", "base64": BASE64}.
The answer is {"id": 1, "result": ...} or {"id": 1, "error": CLASS NAME, "message": ...}.
"""

import base64
import json
import os
import sys

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms

ALGORITHMS = get_default_algorithms()
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}


def algorithms(_request):
    return sorted(name for name in ALGORITHMS if name != "none")


def generate(request):
    """A fresh key, written in every form PyJWT and cryptography write it."""
    alg = request["alg"]
    if alg in SECRET_BYTES:
        secret = os.urandom(SECRET_BYTES[alg])
        forms = [to_bytes(secret), to_jwk(alg, secret)]
        return {"signing": forms, "verifying": forms}
    private = private_key(alg)
    return {
        "signing": [to_pem(private), to_jwk(alg, private)],
        "verifying": [to_pem(private.public_key()), to_jwk(alg, private.public_key())],
    }


def private_key(alg):
    if alg in CURVES:
        return full_width_ec_key(alg)
    if alg == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def full_width_ec_key(alg):
    """PyJWT up to 2.9 drops leading zero octets from x, y and d, which RFC 7518 section 6.2 forbids."""
    curve = CURVES[alg]()
    while True:
        private = ec.generate_private_key(curve)
        jwk = to_jwk(alg, private)["jwk"]
        width = (curve.key_size + 7) // 8
        if all(len(decode_base64url(jwk[name])) == width for name in ("x", "y", "d")):
            return private


def sign(request):
    key = read_key(request["alg"], request["key"])
    token = jwt.encode(
        request["claims"], key, algorithm=request["alg"], headers=request.get("header")
    )
    return token


def verify(request):
    return jwt.decode(
        request["token"],
        read_key(request["alg"], request["key"]),
        algorithms=[request["alg"]],
        issuer=request["issuer"],
        audience=request["audience"],
        options={"require": ["exp", "iat"]},
    )


def read_key(alg, key):
    if key["form"] == "pem":
        return key["text"]
    if key["form"] == "bytes":
        return base64.b64decode(key["base64"])
    return ALGORITHMS[alg].from_jwk(json.dumps(key["jwk"]))


def to_bytes(secret):
    return {"form": "bytes", "base64": base64.b64encode(secret).decode()}


def to_jwk(alg, key):
    return {"form": "jwk", "jwk": json.loads(ALGORITHMS[alg].to_jwk(key))}


def to_pem(key):
    if hasattr(key, "private_bytes"):
        text = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    else:
        text = key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    return {"form": "pem", "text": text.decode()}


def decode_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


OPERATIONS = {
    "algorithms": algorithms,
    "generate": generate,
    "sign": sign,
    "verify": verify,
}


def answer(request):
    try:
        return {"id": request["id"], "result": OPERATIONS[request["op"]](request)}
    except Exception as error:  # every failure is an answer; the test judges it
        return {"id": request["id"], "error": type(error).__name__, "message": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
