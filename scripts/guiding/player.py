"""Plays a page on a stage: runs its commands, and looks whether they print what the page says."""

from . import page


def hear(act, stage):
    """What a command prints, or what a mail says, line by line."""
    return stage.run(act.text) if isinstance(act, page.Command) else stage.mail(act.name)


def play(path, stage):
    """Plays it to its end; each act that is not a direction, with what was heard."""
    for act in page.read(path):
        if isinstance(act, page.Direction):
            stage.direct(act.text)
        else:
            yield act, hear(act, stage)


def differences(path, stage):
    """Where the page says something else, in words; nothing where it is right."""
    for act, heard in play(path, stage):
        missing = page.differs(act.said, heard)
        if missing is not None:
            yield "\n".join([f"{path}:{act.line}: the page says", missing, "and this was printed:",
                             *heard])


def printed(path, stage):
    """What is printed, to write the page."""
    for act, heard in play(path, stage):
        title = f"$ {act.text}" if isinstance(act, page.Command) else f"mail {act.name}"
        yield "\n".join([title, *heard, ""])
