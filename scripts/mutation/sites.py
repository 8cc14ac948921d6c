"""Finds the places of a Swift file where a mutant can be made.

tree-sitter gives the extents of statements, clauses and closures; expressions are taken apart by a
scanner of our own, because the grammar's precedence of Swift's operators is not Swift's.
"""

import re
from dataclasses import dataclass, field

import tree_sitter
import tree_sitter_swift

LANGUAGE = tree_sitter.Language(tree_sitter_swift.language())

# Methods whose closure is a check.
CHECKING_METHODS = {
    "filter", "contains", "allSatisfy", "first", "firstIndex", "last", "lastIndex", "removeAll",
    "drop", "prefix", "count", "trimmingPrefix",
}
ORDERING_METHODS = {"sorted", "sort", "min", "max"}
# Calls that say that something cannot be: without them nothing is different unless it is. And `defer`,
# which would end with the braces around it.
ASSERTING_CALLS = ("defer", "precondition", "preconditionFailure", "fatalError", "assert", "super.init",
                   "self.init")
# Lists of their own: what is said in them has no order among the others.
LISTS = re.compile(
    r"(?:\w+\.)?(warn|ask|addImpact|impact|warnings|needsApproval|legs)(?=[(. ])"
)
COMPARING = (" == ", " != ", " < ", " > ", " <= ", " >= ", " && ", " || ")


@dataclass
class Site:
    """A place, and what a mutant does there."""

    kind: str  # invert, invert-case, drop, delete, swap
    start: int
    end: int
    function: str
    text: str
    path: str = ""
    number: int = -1
    # of a swap: the statement that comes later than it should ends here
    partner: tuple[int, int] | None = None

    @property
    def key(self):
        return (self.path, self.function, KINDS[self.kind], self.text)


KINDS = {"invert": "invert", "invert-case": "invert", "drop": "delete", "delete": "delete",
         "swap": "swap"}


def squeeze(text, limit=100):
    """On one line, and not longer than a line of the list."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


class Scanner:
    """Splits the text of an expression at operators outside of brackets and strings."""

    CLOSING = {"(": ")", "[": "]", "{": "}"}

    @classmethod
    def depths(cls, text):
        """The nesting depth of every character; characters of strings and comments have 99."""
        depths, stack, i = [], [], 0
        while i < len(text):
            c = text[i]
            if c == '"':
                if text.startswith('"""', i):
                    end = text.index('"""', i + 3) + 3
                else:
                    end = cls.string_end(text, i)
                depths += [99] * (end - i)
                i = end
                continue
            if text.startswith("//", i):
                end = text.find("\n", i)
                end = len(text) if end < 0 else end
                depths += [99] * (end - i)
                i = end
                continue
            if c in cls.CLOSING:
                depths.append(len(stack))
                stack.append(cls.CLOSING[c])
            elif stack and c == stack[-1]:
                stack.pop()
                depths.append(len(stack))
            else:
                depths.append(len(stack))
            i += 1
        return depths

    @staticmethod
    def string_end(text, start):
        """Behind the quotation mark that ends the string; knows interpolations."""
        i, nesting = start + 1, []
        while i < len(text):
            c = text[i]
            if nesting:
                if c == '"':
                    i = Scanner.string_end(text, i)
                    continue
                if c == "(":
                    nesting.append(c)
                elif c == ")":
                    nesting.pop()
            elif text.startswith("\\(", i):
                nesting.append("(")
                i += 1
            elif c == "\\":
                i += 1
            elif c == '"':
                return i + 1
            i += 1
        raise ValueError(f"a string without an end: {text[start:start + 40]}")

    @classmethod
    def has(cls, text, operators):
        """Whether one of these operators stands outside of brackets."""
        depths = cls.depths(text)
        for i, depth in enumerate(depths):
            if depth != 0:
                continue
            for operator in operators:
                mark = operator.strip()
                if (text.startswith(mark, i) and i > 0 and text[i - 1].isspace()
                        and text[i + len(mark): i + len(mark) + 1].isspace()):
                    return True
        return False

    @classmethod
    def split(cls, text, operator):
        """Extents of the operands of an operator that stands outside of brackets."""
        depths, parts, start, i = cls.depths(text), [], 0, 0
        while i < len(text):
            if (depths[i] == 0 and text.startswith(operator, i) and i > 0
                    and text[i - 1].isspace() and text[i + len(operator)].isspace()):
                parts.append((start, i))
                i += len(operator)
                start = i
                continue
            i += 1
        parts.append((start, len(text)))
        return [cls.trim(text, *part) for part in parts]

    @staticmethod
    def trim(text, start, end):
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return start, end

    @classmethod
    def operands(cls, text):
        """Extents of all operands of `&&` and `||`, at every depth of brackets around them."""
        found = []

        def take(start, end):
            part = text[start:end]
            if part.startswith("try ") or part.startswith("await ") or cls.has(part, (" ? ",)):
                return
            for operator in ("||", "&&"):
                pieces = cls.split(part, operator)
                if len(pieces) > 1:
                    for a, b in pieces:
                        found.append((start + a, start + b))
                        take(start + a, start + b)
                    return
            lead = 2 if part.startswith("!(") else 1 if part.startswith("(") else 0
            if lead and part.endswith(")") and cls.depths(part)[lead - 1] == 0:
                depths = cls.depths(part)
                if all(depth > 0 for depth in depths[lead:-1]):
                    a, b = cls.trim(text, start + lead, end - 1)
                    take(a, b)

        take(0, len(text))
        return found


@dataclass
class Finder:
    """All sites of a file."""

    path: str
    source: bytes
    sites: list = field(default_factory=list)

    def find(self):
        root = tree_sitter.Parser(LANGUAGE).parse(self.source).root_node
        if root.has_error:
            raise SystemExit(f"mutants: {self.path} cannot be read: is it valid Swift?")
        self.walk(root, "", None)
        unique = {}
        for site in self.sites:
            unique.setdefault((site.start, site.end, site.kind == "swap"), site)
        return sorted(unique.values(), key=lambda site: (site.start, -site.end, site.kind))

    def text(self, start, end):
        return self.source[start:end].decode()

    def add(self, kind, start, end, function, partner=None):
        text = self.text(start, end)
        end = start + len(text.rstrip().encode())
        text = text.rstrip()
        if partner:
            text = f"{squeeze(text, 60)} <> {squeeze(self.text(*partner), 60)}"
        self.sites.append(
            Site(kind, start, end, function, squeeze(text, 130), self.path, partner=partner)
        )

    def condition(self, start, end, function):
        """A boolean expression, and its operands."""
        text = self.text(start, end)
        self.add("invert", start, end, function)
        for a, b in Scanner.operands(text):
            lead = len(text[:a].encode())
            self.add("invert", start + lead, start + lead + len(text[a:b].encode()), function)

    # Walking

    def walk(self, node, function, result):
        """`result` is the type of what a function or property gives."""
        kind = node.type
        if kind == "function_declaration":
            function = self.name(node)
            result = self.result(node)
            self.body(node.child_by_field_name("body"), function, result)
        elif kind == "init_declaration":
            function, result = "init", ""
        elif kind == "property_declaration":
            function, result = self.property(node, function, result)
        elif kind == "subscript_declaration":
            function, result = "subscript", None
        elif kind in ("if_statement", "guard_statement", "while_statement"):
            self.clauses(node, function)
        elif kind == "where_clause":
            self.condition(node.children[1].start_byte, node.end_byte, function)
        elif kind == "switch_entry":
            self.entry(node, function)
        elif kind == "ternary_expression":
            # `a ? x : b ? y : z` is read as `(a ? x : b) ? y : z`: what matters is behind the colon.
            end = node.child_by_field_name("condition").end_byte
            text = self.text(node.start_byte, end)
            lead, _ = Scanner.split(text, ":")[-1]
            self.condition(node.start_byte + len(text[:lead].encode()), end, function)
        elif kind == "lambda_literal":
            self.closure(node, function)
            result = None
        elif kind == "control_transfer_statement":
            self.transfer(node, function, result)
        elif kind == "value_argument":
            value = node.child_by_field_name("value")
            if value is not None:
                last = node.children[-1]
                self.comparison(value.start_byte, last.end_byte, function)
        elif kind == "assignment":
            self.assignment(node, function)
        elif kind == "statements":
            self.statements(node, function, result)
        for child in node.children:
            self.walk(child, function, result)

    def name(self, node):
        name = node.child_by_field_name("name")
        return self.text(name.start_byte, name.end_byte)

    def result(self, node):
        seen = False
        for child in node.children:
            if child.type == "->":
                seen = True
            elif seen and child.type not in ("comment",):
                return self.text(child.start_byte, child.end_byte)
        return ""

    def property(self, node, function, result):
        name = node.child_by_field_name("name")
        annotation = next((c for c in node.children if c.type == "type_annotation"), None)
        computed = node.child_by_field_name("computed_value")
        if computed is not None:
            function = self.text(name.start_byte, name.end_byte)
            result = self.text(annotation.start_byte, annotation.end_byte).lstrip(": ")
            self.body(computed, function, result)
        else:
            value = node.child_by_field_name("value")
            if value is not None and function:
                self.comparison(value.start_byte, node.end_byte, function)
        return function, result

    def body(self, body, function, result):
        """The single expression that a function or property gives."""
        for child in body.children if body is not None else []:
            if child.type == "computed_getter":
                self.body(child, function, result)
            if child.type != "statements" or len(self.real(child)) != 1:
                continue
            only = self.real(child)[0]
            if only.type not in ("control_transfer_statement", "switch_statement", "if_statement",
                                 "guard_statement", "for_statement", "assignment"):
                self.given(child.start_byte, child.end_byte, function, result)

    def given(self, start, end, function, result):
        if result == "Bool":
            self.condition(start, end, function)
        elif result is not None and result.startswith("["):
            self.operands_of_plus(start, end, function)
        else:
            self.comparison(start, end, function)

    def transfer(self, node, function, result):
        value = node.child_by_field_name("result")
        if node.children[0].type == "return" and value is not None:
            self.given(value.start_byte, node.end_byte, function, result)

    def comparison(self, start, end, function):
        """An expression that is only taken when it compares."""
        text = self.text(start, end)
        if not Scanner.has(text, (" ? ", " ?? ", " ... ", " ..< ", " + ", " - ", " = ")):
            if Scanner.has(text, COMPARING) or text.startswith("!"):
                self.condition(start, end, function)

    def operands_of_plus(self, start, end, function):
        text = self.text(start, end)
        parts = Scanner.split(text, "+")
        if len(parts) < 2 or any(text[a] == '"' for a, _ in parts):
            return
        for a, b in parts:
            lead = len(text[:a].encode())
            self.add("drop", start + lead, start + lead + len(text[a:b].encode()), function)

    @staticmethod
    def real(node):
        return [child for child in node.children if child.is_named and "comment" not in child.type]

    def clauses(self, node, function):
        segment, depth = [], 0
        for child in node.children[1:]:
            # A pattern's brackets and commas are children of the statement, too.
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(child.type, 0)
            if depth == 0 and child.type in ("{", "else", ","):
                self.clause(segment, function)
                segment = []
                if child.type != ",":
                    break
            elif "comment" not in child.type:
                segment.append(child)

    def clause(self, segment, function):
        if not segment:
            return
        start, end = segment[0].start_byte, segment[-1].end_byte
        text = self.text(start, end)
        if segment[0].type == "case":
            pattern = text.split(" = ", 1)[0]
            if not re.search(r"\b(let|var) ", pattern) and "$0" not in text:
                self.add("invert-case", start, end, function)
        elif segment[0].type != "value_binding_pattern" and text != "true" and text[0] != "#":
            self.condition(start, end, function)

    def entry(self, node, function):
        children = node.children
        for i, child in enumerate(children):
            if child.type == "where_keyword":
                self.condition(
                    children[i + 1].start_byte, children[i + 1].end_byte, function
                )

    def closure(self, node, function):
        statements = next((c for c in node.children if c.type == "statements"), None)
        if statements is None:
            return
        body = self.real(statements)
        simple = len(body) == 1 and not body[0].type.endswith("_statement")
        if not simple or body[0].type in ("assignment", "property_declaration"):
            return
        start, end = statements.start_byte, statements.end_byte
        method = self.method(node)
        if method in CHECKING_METHODS:
            self.condition(start, end, function)
        elif method not in ORDERING_METHODS:
            self.comparison(start, end, function)

    def method(self, node):
        """The name of the method that gets a closure."""
        call = node.parent
        while call is not None and call.type not in ("call_expression", "statements"):
            call = call.parent
        if call is None or call.type != "call_expression":
            return ""
        callee = call.children[0]
        return self.text(callee.start_byte, callee.end_byte).split(".")[-1].strip("!( \n")

    def assignment(self, node, function):
        result = node.child_by_field_name("result")
        operator = node.child_by_field_name("operator")
        if result is None or operator is None:
            return
        if operator.type == "+=":
            self.operands_of_plus(result.start_byte, node.end_byte, function)
        elif operator.type == "=":
            self.comparison(result.start_byte, node.end_byte, function)

    # Statements

    def statements(self, node, function, result):
        if not function:
            return
        body = self.real(node)
        gives = len(body) == 1 and result not in ("", None)
        previous = None
        for child in body:
            movable = False
            if child.type == "boolean_literal":
                self.add("invert", child.start_byte, child.end_byte, function)
            if self.is_value(node, child, result):
                if node.parent.type == "switch_entry":
                    self.given(child.start_byte, child.end_byte, function, result)
            elif self.is_deletable(child, function) and not gives:
                self.add("delete", child.start_byte, child.end_byte, function)
                movable = True
            elif child.type == "for_statement" and self.only_calls(child, function):
                movable = True
            if movable and previous is not None and self.order_shows(previous, child):
                self.add(
                    "swap", previous.start_byte, previous.end_byte, function,
                    partner=(child.start_byte, child.end_byte),
                )
            previous = child if movable else None

    def is_deletable(self, node, function):
        text = self.text(node.start_byte, node.end_byte)
        if node.type in ("try_expression", "await_expression"):
            return "(" in text
        if node.type == "call_expression":
            name = text.split("(", 1)[0].strip()
            return not name.startswith(ASSERTING_CALLS) and not name.startswith("log")
        if node.type == "assignment":
            target = text.split("=", 1)[0].strip()
            return function != "init" and target != "_" and not self.is_first(node, target)
        return False

    def order_shows(self, first, second):
        """Whether the order of two statements can show at all.

        Words for people, their approval and steps are kept in lists of their own; and two variables
        get their values in any order, unless one value is made from the other variable.
        """
        texts = [self.text(node.start_byte, node.end_byte) for node in (first, second)]
        lists = [LISTS.match(text) for text in texts]
        names = [match.group(1) if match else "" for match in lists]
        if names[0] != names[1] or "pproval" in names[0]:
            return False
        if "assignment" not in (first.type, second.type):
            return True
        roots = [re.match(r"[\w$]+(?=[.?\[ ])", text) for text in texts]
        if not all(roots):
            return True
        one, other = (match.group(0) for match in roots)
        return one == other or any(
            re.search(rf"\b{re.escape(root)}\b", text)
            for root, text in ((one, texts[1]), (other, texts[0]))
        )

    @staticmethod
    def is_value(statements, node, result):
        """Whether an expression is most likely what a closure or a case gives, not an effect."""
        if node.type == "assignment" or node.type.endswith("_statement"):
            return False
        if len(Finder.real(statements)) != 1:
            return False
        kind = statements.parent.type
        return kind == "lambda_literal" or (kind == "switch_entry" and result != "")

    def is_first(self, node, target):
        """Whether an assignment gives a local name its first value."""
        scope = node.parent
        while scope is not None and scope.type not in ("function_body", "computed_property",
                                                       "lambda_literal"):
            scope = scope.parent
        before = self.text(scope.start_byte, node.start_byte) if scope is not None else ""
        for line in before.splitlines():
            words = line.strip().split(":")[0].split()
            if len(words) == 2 and words[0] in ("let", "var") and words[1] == target:
                return "=" not in line
        return False

    def only_calls(self, node, function):
        body = next((c for c in node.children if c.type == "statements"), None)
        return body is not None and any(
            self.is_deletable(child, function) for child in self.real(body)
        )
