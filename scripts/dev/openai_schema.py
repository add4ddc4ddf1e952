"""Holds replies of the service against the API's published OpenAPI document; see openai-check."""
import json, re
import jsonschema


class Published:
    """The document: which schema a reply to a request has."""

    def __init__(self, path):
        with open(path) as file:
            document = modern(json.load(file))
        self.paths = [
            (re.compile("/v1" + re.sub(r"\{[^}]*\}", "[^/]+", path) + r"$"), methods)
            for path, methods in document["paths"].items()]
        # A path without braces wins, as `/files` does before `/files/{file_id}`.
        self.paths.sort(key=lambda one: one[0].pattern.count("[^/]+"))
        self.components = document["components"]
        self.count = 0
        self.problems = {}

    def schema(self, method, path, kind):
        """What the document says of a reply; None where it says nothing."""
        for pattern, methods in self.paths:
            if pattern.match(path) and method.lower() in methods:
                replies = methods[method.lower()]["responses"]
                return replies.get("200", {}).get("content", {}).get(kind, {}).get("schema")
        raise AssertionError(f"{method} {path} is no path of the document")

    def hold(self, value, method, path, kind="application/json"):
        """Notes where a value is not what the document says."""
        schema = self.schema(method, path, kind)
        assert schema, f"{method} {path} has no {kind} in the document"
        whole = {**schema, "components": self.components}
        errors = sorted(jsonschema.Draft202012Validator(whole).iter_errors(value), key=str)
        for error in errors:
            self.problems.setdefault((method, error.json_path), f"{path}: {error.message[:300]}")
        self.count += 1

    def hook(self, response):
        """What the HTTP client calls with each reply, before the SDK reads it."""
        kind = response.headers.get("content-type", "")
        if response.status_code == 200 and kind.split(";")[0] == "application/json":
            response.read()
            self.hold(response.json(), response.request.method, response.request.url.path)

    def hold_stream(self, lines, path):
        """Holds each event of a stream against the document."""
        data = [line[len("data: "):] for line in lines if line.startswith("data: ")]
        assert data.pop() == "[DONE]"
        for text in data:
            self.hold(json.loads(text), "POST", path, "text/event-stream")


def modern(value):
    """Schemas in which `nullable` and a true `exclusiveMinimum`, of earlier versions of OpenAPI, are said
    as JSON Schema says them."""
    if isinstance(value, list):
        return [modern(one) for one in value]
    if not isinstance(value, dict):
        return value
    plain = {key: modern(one) for key, one in value.items() if key != "nullable"}
    if plain.get("exclusiveMinimum") is True:
        plain["exclusiveMinimum"] = plain.pop("minimum")
    return {"anyOf": [plain, {"type": "null"}]} if value.get("nullable") is True else plain
