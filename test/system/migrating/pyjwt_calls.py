"""Runs code of a guide with PyJWT: one JSON request per line on stdin, one JSON answer per line on stdout.

    {"id": 1, "op": "version"}
    {"id": 2, "op": "call", "statement": "claims = {...}", "expression": "jwt.encode(claims, secret)", "scope": {...}}
    {"id": 3, "op": "load", "code": "def issue(user): ...", "environment": {...}}
    {"id": 4, "op": "run", "name": "issue", "argument": {...}}

The first argument of the program is what every clock shows, in seconds. The answer is {"id": 1, "result": ...} or
{"id": 1, "error": CLASS NAME, "message": ...}.
"""

import datetime as datetime_module
import json
import os
import sys
import warnings

NOW = int(sys.argv[1])


class StoppedClock(datetime_module.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(NOW, tz)


datetime_module.datetime = StoppedClock  # before PyJWT takes the name from there
warnings.simplefilter("ignore")

import jwt  # noqa: E402


class TextEncoder(json.JSONEncoder):
    def default(self, o):
        return str(o)


NAMES = {
    "jwt": jwt,
    "date": datetime_module.date,
    "datetime": StoppedClock,
    "timedelta": datetime_module.timedelta,
    "timezone": datetime_module.timezone,
    "TextEncoder": TextEncoder,
}
LOADED = {}


def call(request):
    names = {**NAMES, **request["scope"]}
    exec(request["statement"], names)
    return eval(request["expression"], names)


def load(request):
    os.environ.update(request["environment"])
    exec(request["code"], LOADED)


def run(request):
    return LOADED[request["name"]](request["argument"])


OPERATIONS = {
    "version": lambda _request: jwt.__version__,
    "call": call,
    "load": load,
    "run": run,
}


def answer(request):
    try:
        return {"id": request["id"], "result": OPERATIONS[request["op"]](request)}
    except Exception as error:  # every failure is an answer; the test judges it
        return {"id": request["id"], "error": type(error).__name__, "message": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), default=str), flush=True)
