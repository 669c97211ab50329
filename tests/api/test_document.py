import re
from pathlib import Path

import schemathesis

from booking.access.guard import permission_of
from booking.access.permissions import Permission
from booking.api.docs import PROBLEMS, document
from booking.web.sentences import known_codes


def rules_of(app):
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]


def test_the_document_is_served_and_is_valid(client):
    answer = client.get("/api/v1/openapi.json")

    assert answer.mimetype == "application/json"
    schemathesis.openapi.from_dict(answer.get_json()).validate()


def test_every_route_and_method_is_in_the_document(app):
    paths = document(app)["paths"]
    told = {(path, method) for path in paths for method in paths[path] if method in ("get", "post")}
    served = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in rules_of(app)
        for method in rule.methods & {"GET", "POST"}
        if not rule.rule.endswith("openapi.json")
    }

    assert told == served
    assert len(told) == 12


def test_the_document_asks_for_a_token_exactly_where_the_route_does(app):
    paths = document(app)["paths"]
    for rule in rules_of(app):
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for method in rule.methods & {"GET", "POST"}:
            if path in paths:
                needs = {} not in paths[path][method.lower()]["security"]
                assert needs == (permission_of(app, rule.endpoint) is Permission.API_TOKEN), path


def test_every_operation_has_a_name_a_summary_and_its_refusals(app):
    names = set()
    for path, methods in document(app)["paths"].items():
        for method in ("get", "post"):
            if method in methods:
                operation = methods[method]
                names.add(operation["operationId"])
                assert operation["summary"], path
                assert {"401", "422", "503"} <= set(operation["responses"]) or path.endswith("/me")
                for status, response in operation["responses"].items():
                    kinds = {"application/json"} if status < "300" else {"application/problem+json"}
                    assert set(response["content"]) == kinds
    assert len(names) == 12


def test_the_page_lists_every_operation_in_finnish(client, app):
    text = client.get("/api/docs").get_data(as_text=True)
    assert client.page.headings == ["Rajapinta"]
    for path in document(app)["paths"]:
        assert f"{path}<" in text
    assert "Vapaat tilat" in text
    assert {code for _, code, _ in PROBLEMS} <= set(client.page.ids)


def test_every_code_the_api_refuses_with_has_a_sentence(app):
    source = "".join(path.read_text() for path in (Path("booking/api")).glob("*.py"))
    codes = set(re.findall(r'(?:Violation|Complaint|ValidationError)\(\s*"([a-z_]+)"', source))

    assert len(codes) > 10
    assert codes <= known_codes()
