"""Verifies tokens with PyJWT's PyJWKClient, one client for each number. One JSON line in, one JSON line out."""

import json
import sys

import jwt

clients = {}


def verify(client, url, token, issuer, audience, algorithms):
    keys = clients.setdefault(client, jwt.PyJWKClient(url))
    key = keys.get_signing_key_from_jwt(token).key
    return jwt.decode(token, key, algorithms=algorithms, issuer=issuer, audience=audience)["sub"]


for line in sys.stdin:
    request = json.loads(line)
    number = request.pop("id")
    try:
        answer = {"id": number, "result": verify(**request)}
    except Exception as error:
        answer = {"id": number, "error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer), flush=True)
