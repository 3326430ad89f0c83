"""Canvas's API as far as it is documented for grades, strict about paths, forms, paging and who may ask.

It keeps to what Canvas does in this order: a score first, the comment afterwards, and no request is taken back.
"""

import email.parser
import email.policy
import re
from urllib.parse import urlencode

from loopback import Answer, Loopback

TOKEN = "7~" + "s3cr3t" * 10
TEACHER = 900
COURSE, ASSIGNMENT = 17, 4321
_HERE = rf"/api/v1/courses/{COURSE}"
_SUBMISSIONS = rf"{_HERE}/assignments/{ASSIGNMENT}/submissions"
_FIELDS = {
    "submission[posted_grade]",
    "prefer_points_over_scheme",
    "comment[text_comment]",
    "comment[group_comment]",
    "comment[file_ids][]",
}


class CanvasServer(Loopback):
    """One course with one assignment. ``page`` is the most that one answer lists."""

    def __init__(self, page=2):
        super().__init__()
        self.page = page
        self.assignment = {
            "id": ASSIGNMENT,
            "course_id": COURSE,
            "name": "Async exercise 1",
            "points_possible": 10.0,
            "published": True,
            "grading_type": "points",
            "anonymize_students": False,
            "moderated_grading": False,
            "group_category_id": None,
            "grade_group_students_individually": False,
        }
        self.users = {}
        self.scores = {}
        self.deducted = {}
        self.more = {}
        self.comments = {}
        self.files = {}
        self._next = 1000

    def add(self, number, name, score=None, **keys):
        self.users[number] = {"id": number, "name": name, "sortable_name": name, **keys}
        self.scores[number] = score
        self.more[number] = {"excused": False, "attempt": 1, "submitted_at": "2026-03-01T12:00:00Z"}
        self.comments[number] = []

    def state(self):
        """Return what people see: scores, comments (whatever their marks) and the names and contents of their files."""
        return {
            number: (
                self.scores[number],
                sorted(
                    (
                        re.sub(r"\[autograder \w+\]", "[mark]", each["comment"]),
                        sorted(self.files[file][1:] for file in each["files"]),
                    )
                    for each in self.comments[number]
                ),
            )
            for number in self.users
        }

    def handle(self, request):
        for pattern, method, handler, signed in (
            (rf"{_HERE}/assignments/{ASSIGNMENT}", "GET", self._assignment, True),
            (rf"{_HERE}/search_users", "GET", self._search_users, True),
            (_SUBMISSIONS, "GET", self._list, True),
            (rf"{_SUBMISSIONS}/(\d+)", "GET", self._show, True),
            (rf"{_SUBMISSIONS}/(\d+)", "PUT", self._update, True),
            (rf"{_SUBMISSIONS}/(\d+)/comments/files", "POST", self._create_file, True),
            (rf"{_SUBMISSIONS}/(\d+)/comments/(\d+)", "DELETE", self._delete_comment, True),
            (r"/files_api", "POST", self._take_file, False),
            (r"/api/v1/files/(\d+)/create_success", "GET", self._confirm, False),
        ):
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                if (request.headers.get("Authorization") is not None) != signed:
                    raise Answer(400, {"message": "who asks? or: that is not for this server to know"})
                if signed and request.headers["Authorization"] != f"Bearer {TOKEN}":
                    raise Answer(
                        401, {"errors": [{"message": "Invalid access token."}]}, WWW_Authenticate="Bearer"
                    )
                return handler(request, *map(int, found.groups()))
        raise Answer(404, {"errors": [{"message": "The specified resource does not exist."}]})

    def _assignment(self, request):
        self._allow(request, {})
        return 200, self.assignment, {}

    def _search_users(self, request):
        self._allow(request, {"enrollment_type[]": {"student"}, "include[]": {"email"}}, paged=True)
        return self._paged(request, list(self.users.values()))

    def _list(self, request):
        self._allow(request, {"include[]": {"submission_comments", "group"}}, paged=True)
        return self._paged(request, [self._submission(number, request.query) for number in self.users])

    def _show(self, request, number):
        self._allow(request, {"include[]": {"submission_comments", "group"}})
        self._known(number)
        return 200, self._submission(number, request.query), {}

    def _update(self, request, number):
        self._known(number)
        form = request.form()
        if {name for name, _ in form} - _FIELDS or request.query:
            raise Answer(400, {"message": f"unknown fields: {form}"})
        fields = dict(form)
        if "submission[posted_grade]" in fields:
            score = float(fields["submission[posted_grade]"])
            for member in self._graded_with(number):
                self.scores[member] = score
        text = fields.get("comment[text_comment]")
        files = [int(value) for name, value in form if name == "comment[file_ids][]"]
        if any(file not in self.files for file in files):
            raise Answer(401, {"status": "unauthorized", "errors": [{"message": "not authorized"}]})
        if text or files:
            whole = fields.get("comment[group_comment]") == "true"
            for member in self._graded_with(number) if whole else [number]:
                self.comment(member, text or "", files)
        return 200, self._submission(number, [("include[]", "submission_comments")]), {}

    def comment(self, number, text, files=(), author=TEACHER):
        self._next += 1
        self.comments[number].append(
            {"id": self._next, "author_id": author, "author_name": "T", "comment": text, "files": list(files)}
        )

    def _create_file(self, request, number):
        self._known(number)
        form = dict(request.form())
        if set(form) != {"name", "size", "content_type"}:
            raise Answer(400, {"message": f"unknown fields: {form}"})
        params = {"key": "k", "name": form["name"], "size": form["size"]}
        return 200, {"upload_url": f"{self.url}/files_api", "upload_params": params, "file_param": "file"}, {}

    def _take_file(self, request):
        kind = request.headers["Content-Type"]
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            f"Content-Type: {kind}\r\n\r\n".encode() + request.body
        )
        parts = {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}
        if [*parts] != ["key", "name", "size", "file"]:  # the file comes last, says the documentation
            raise Answer(400, {"message": f"unknown parts: {[*parts]}"})
        content = parts["file"].get_payload(decode=True)
        if len(content) != int(parts["size"].get_payload()):
            raise Answer(400, {"message": "another size"})
        self._next += 1
        self.files[self._next] = (False, parts["name"].get_payload(), content.decode())
        return 303, {}, {"Location": f"{self.url}/api/v1/files/{self._next}/create_success?uuid=u"}

    def _confirm(self, request, number):
        self._allow(request, {"uuid": {"u"}})
        _, name, content = self.files[number]
        self.files[number] = (True, name, content)
        return 200, {"id": number, "url": f"{self.url}/files/{number}", "display_name": name}, {}

    def _delete_comment(self, request, number, comment):
        there = [each for each in self.comments[number] if each["id"] == comment]
        if not there:
            raise Answer(404, {"errors": [{"message": "The specified resource does not exist."}]})
        self.comments[number].remove(there[0])
        return 200, {"id": comment}, {}

    def _known(self, number):
        if number not in self.users:
            raise Answer(404, {"errors": [{"message": "The specified resource does not exist."}]})

    def _graded_with(self, number):
        group = self.more[number].get("group_id")
        together = (
            self.assignment["group_category_id"] and not self.assignment["grade_group_students_individually"]
        )
        if not (group and together):
            return [number]
        return [each for each in self.users if self.more[each].get("group_id") == group]

    def _submission(self, number, query):
        score, more = self.scores[number], dict(self.more[number])
        group = more.pop("group_id", None)
        shown = None if score is None else score - self.deducted.get(number, 0.0)
        found = {"id": number + 50_000, "user_id": number, "assignment_id": ASSIGNMENT, "score": shown}
        found |= {"entered_score": score, "grade": None if shown is None else str(shown), **more}
        if ("include[]", "submission_comments") in query:
            comments = [{key: each[key] for key in each if key != "files"} for each in self.comments[number]]
            found["submission_comments"] = comments
        if ("include[]", "group") in query:
            found["group"] = {"id": group, "name": None if group is None else f"Group {group}"}
        return found

    def _allow(self, request, known, paged=False):
        for name, value in request.query:
            if value not in known.get(name, ()) and not (paged and name in ("page", "per_page")):
                raise Answer(400, {"message": f"unknown parameter: {name}={value}"})

    def _paged(self, request, items):
        wanted = dict(request.query)
        page, size = int(wanted.get("page", 1)), min(int(wanted.get("per_page", 10)), self.page)
        rest = [(name, value) for name, value in request.query if name != "page"]

        def link(number, kind):
            return f'<{self.url}{request.path}?{urlencode([*rest, ("page", number)])}>; rel="{kind}"'

        links = [link(page, "current"), link(1, "first")]
        if page * size < len(items):
            links.append(link(page + 1, "next"))
        quota = {"X-Rate-Limit-Remaining": "598.1", "X-Request-Cost": "0.1"}
        return 200, items[(page - 1) * size : page * size], {"Link": ",".join(links), **quota}
