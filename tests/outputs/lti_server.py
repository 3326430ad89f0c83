"""A platform with the Assignment and Grade Services of LTI 1.3, strict about tokens, media types, paths and moments."""

import json
from datetime import datetime
from decimal import Decimal
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from loopback import Answer, Loopback

CLIENT, KEY_ID = "10000000000042", "key-1"
_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SCORE = "application/vnd.ims.lis.v1.score+json"
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"


@cache
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def pem(password=None):
    """Return the tool's private key, as it stands in a file."""
    return _written(key(), password)


@cache
def elliptic():
    """Return a key of another kind."""
    return _written(ec.generate_private_key(ec.SECP256R1()))


def _written(private, password=None):
    seal = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, seal).decode()


class LtiServer(Loopback):
    """One course. Addresses have capital letters and a query, as those of some platforms have."""

    def __init__(self, scopes=("score", "result.readonly", "lineitem", "lineitem.readonly"), valid=3600):
        super().__init__()
        self.scopes = {_SCOPE + each for each in scopes}
        self.valid = valid
        self.items = {}
        self.last = {}
        self.received = []
        self.tokens = {}
        self.seen = set()
        self.audience = ""

    @property
    def token_url(self):
        return f"{self.url}/Token"

    @property
    def lineitems(self):
        return f"{self.url}/Course/17/lineItems?type_id=2"

    def add_item(self, label, worth=10.0):
        number = len(self.items) + 1
        address = f"{self.url}/Course/17/lineItems/{number}/LI?type_id=2"
        self.items[number] = {"id": address, "label": label, "scoreMaximum": worth}
        return address

    def state(self):
        """Return the last score of each user with its comment."""
        return {
            user: {
                name: post.get(name) for name in ("scoreGiven", "scoreMaximum", "gradingProgress", "comment")
            }
            for user, post in self.last.items()
        }

    def handle(self, request):
        if (request.method, request.path) == ("POST", "/Token"):
            return self._token(request)
        if dict(request.query).get("type_id") != "2":
            raise Answer(404, {"error": f"no such address: {request.path} {request.query}"})
        here = "/Course/17/lineItems"
        if request.path == here:
            return self._list(request) if request.method == "GET" else self._create(request)
        first, _, rest = request.path.removeprefix(f"{here}/").partition("/")
        if not first.isdecimal() or int(first) not in self.items:
            raise Answer(404, {"error": "no such line item"})
        if (request.method, rest) == ("GET", "LI"):
            self._check(request, "lineitem.readonly", accept=_ITEM)
            return 200, self.items[int(first)], {}
        if (request.method, rest) == ("POST", "LI/scores"):
            return self._score(request)
        if (request.method, rest) == ("GET", "LI/results"):
            return self._results(request, self.items[int(first)]["id"])
        raise Answer(404, {"error": f"{request.method} {rest}"})

    def _token(self, request):
        form = dict(request.form())
        if set(form) != {"grant_type", "client_assertion_type", "client_assertion", "scope"}:
            raise Answer(400, {"error": "invalid_request"})
        kinds = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        if (form["grant_type"], form["client_assertion_type"]) != ("client_credentials", kinds):
            raise Answer(400, {"error": "invalid_request"})
        try:
            claims = jwt.decode(
                form["client_assertion"],
                key().public_key(),
                ["RS256"],
                audience=self.audience or self.token_url,
                issuer=CLIENT,
                options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
            )
            known = jwt.get_unverified_header(form["client_assertion"]).get("kid") == KEY_ID
        except jwt.InvalidTokenError as error:
            raise Answer(401, {"error": "invalid_client", "error_description": str(error)}) from error
        if not known or claims["sub"] != CLIENT or claims["jti"] in self.seen:
            raise Answer(401, {"error": "invalid_client"})
        self.seen.add(claims["jti"])
        wanted = set(form["scope"].split())
        if not wanted <= self.scopes:
            raise Answer(400, {"error": "invalid_scope"})
        token = f"AT{len(self.tokens)}"
        self.tokens[token] = wanted
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.valid}, {}

    def _check(self, request, scope, accept=None, kind=None):
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Answer(401, {"error": "invalid_token"})
        if not {_SCOPE + scope, _SCOPE + scope.removesuffix(".readonly")} & self.tokens[token]:
            raise Answer(403, {"error": "insufficient_scope"})
        if accept and request.headers.get("Accept") != accept:
            raise Answer(406, {"error": "not acceptable"})
        if kind and request.headers.get("Content-Type") != kind:
            raise Answer(415, {"error": "unsupported media type"})

    def _list(self, request):
        self._check(request, "lineitem.readonly", accept=_ITEMS)
        return self._page(request, list(self.items.values()), self.lineitems)

    def _create(self, request):
        self._check(request, "lineitem", kind=_ITEM)
        wanted = json.loads(request.body)
        return 201, self.items[self._made(wanted)], {}

    def _made(self, wanted):
        self.add_item(wanted["label"], wanted["scoreMaximum"])
        return len(self.items)

    def _score(self, request):
        self._check(request, "score", kind=_SCORE)
        post = json.loads(request.body, parse_float=Decimal)
        moment = datetime.fromisoformat(post["timestamp"])
        if moment.tzinfo is None or "." not in post["timestamp"]:
            raise Answer(400, {"error": "timestamp without an offset, or without parts of a second"})
        if "scoreGiven" in post and "scoreMaximum" not in post:
            raise Answer(412, {"error": "scoreMaximum is missing"})
        before = self.last.get(post["userId"])
        if before is not None and datetime.fromisoformat(before["timestamp"]) > moment:
            raise Answer(409, {"error": "there is a later one"})
        self.last[post["userId"]] = post
        self.received.append(post)
        return 200, {"resultUrl": "x"}, {}

    def _results(self, request, item):
        self._check(request, "result.readonly", accept=_RESULTS)
        path, _, query = item.partition("?")
        final = [
            {
                "id": f"{path}/results/{user}",
                "userId": user,
                "scoreOf": item,
                "resultScore": float(post["scoreGiven"]),
                "resultMaximum": float(post["scoreMaximum"]),
            }
            for user, post in self.last.items()
            if "scoreGiven" in post
        ]
        return self._page(request, final, f"{path}/results?{query}")

    def _page(self, request, items, address, size=2):
        page = int(dict(request.query).get("Page", 0))
        more = {"Link": f'<{address}&Page={page + 1}>; rel="next"'} if (page + 1) * size < len(items) else {}
        return 200, items[page * size : (page + 1) * size], more
