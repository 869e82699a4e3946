"""PyJWT with its PyJWKClient: one JSON request per line on stdin, one JSON answer per line on stdout.

    {"id": 1, "op": "verify", "url": URL, "alg": "ES256", "token": "...", "issuer": "...", "audience": "..."}

The answer is {"id": 1, "result": CLAIMS} or {"id": 1, "error": CLASS NAME, "message": ...}. Nothing is cached from one
request to the next.
"""

import json
import sys

import jwt


def verify(request):
    client = jwt.PyJWKClient(request["url"], cache_jwk_set=False)
    key = client.get_signing_key_from_jwt(request["token"])
    return jwt.decode(
        request["token"],
        key.key,
        algorithms=[request["alg"]],
        issuer=request["issuer"],
        audience=request["audience"],
    )


def answer(request):
    try:
        return {"id": request["id"], "result": verify(request)}
    except Exception as error:  # every failure is an answer; the test judges it
        return {"id": request["id"], "error": type(error).__name__, "message": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
