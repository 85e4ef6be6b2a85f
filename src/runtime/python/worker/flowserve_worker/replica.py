"""One replica of a stage: it loads the user's function once, then calls it batch after batch until its input ends."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import os
import signal
import sys
import traceback
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .channel import FAILED, READY, RUN, TRACE, Blob, Channel, Frame, answer, blobs_of, deliver, table_of
from .columns import Read, Write, blob_count, check_length, has_numbers, reader, writer
from .faults import WrongLength, WrongOutput, described
from .lifetime import end_with_parent

HERE = os.path.dirname(os.path.abspath(__file__))


class Context:
    """What a function may be given beside its batch."""

    __slots__ = ("state", "replica", "deadline", "_call", "_channel")

    def __init__(self, state: Any, replica: int, channel: Channel) -> None:
        self.state = state
        self.replica = replica
        self.deadline: Optional[float] = None
        self._channel = channel
        self._call = 0

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for this call any more."""
        return self._channel.is_cancelled(self._call)

    @property
    def traceparent(self) -> Optional[str]:
        """Where the request is traced: the span of its task, as the header of W3C says it. While the call runs."""
        trace = self._channel.trace
        return trace[1] if trace is not None and trace[0] == self._call else None

    def _of(self, frame: Frame) -> "Context":
        context = Context(self.state, self.replica, self._channel)
        context.deadline = frame[3] or None
        context._call = frame[1]
        return context


class CannotStart(Exception):
    """Why the function cannot be called at all."""

    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class Stage:
    """The user's function between the columns of a batch and those it returns."""

    def __init__(self, setup: Dict[str, Any], function: Callable[..., Any], numpy: Any) -> None:
        self.name: str = setup["stage"]
        self._function = function
        self._process = os.getpid()
        self._takes_context = _positional(function) > 1
        self._readers: List[Tuple[str, Read]] = [(name, reader(spec, numpy)) for name, spec in setup["input"].items()]
        self._table = table_of(sum(blob_count(spec) for spec in setup["input"].values()))
        self._writers: List[Tuple[str, Write]] = [(name, writer(name, spec)) for name, spec in setup["output"].items()]

    def run(self, frame: Frame, context: Context) -> List[Blob]:
        rows = frame[2]
        blobs = iter(blobs_of(frame[4], self._table))
        batch = {name: read(blobs, rows) for name, read in self._readers}
        returned = self._function(batch, context._of(frame)) if self._takes_context else self._function(batch)
        if self.is_copy:
            raise SystemExit("a process that the function forked came back from it, and is ended: end it by os._exit")
        return self._written(returned, rows)

    @property
    def is_copy(self) -> bool:
        """Whether this is a process that the function has forked, which must not answer too."""
        return os.getpid() != self._process

    def _written(self, returned: Any, rows: int) -> List[Blob]:
        if not isinstance(returned, dict):
            if inspect.iscoroutine(returned):
                returned.close()
                raise WrongOutput("the function is async, which nothing awaits: write def instead of async def")
            raise WrongOutput("the function must return a dict of columns but returned %s" % described(returned))
        if len(returned) != len(self._writers):
            extra = self._extra(returned)
            if extra:
                raise WrongOutput("the function returned %s, which is no column of its output" % extra)
        blobs: List[Blob] = []
        for name, write in self._writers:
            if name not in returned:
                instead = self._extra(returned)
                raise WrongOutput('the function returned no column "%s"%s' % (name, instead and ", but " + instead))
            values = returned[name]
            check_length(self.name, name, values, rows)
            write(values, blobs)
        return blobs

    def _extra(self, returned: Dict[Any, Any]) -> str:
        return ", ".join('"%s"' % name for name in returned if name not in dict(self._writers))


def serve() -> None:
    """Answers frames until there are no more."""
    end_with_parent()
    # The terminal's interrupt reaches every process; this one goes when it is told to.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    channel = Channel()
    first = channel.next()
    if first is None:
        return
    setup = json.loads(bytes(first[4]))
    try:
        stage, context = _started(setup, channel)
    except CannotStart as error:
        told = {"type": type(error.__cause__).__name__, "traceback": _traceback(error.__cause__)}
        answer(FAILED, 0, {"fault": error.fault, "message": str(error), "path": sys.path, **told})
        return
    answer(READY, 0, {"python": "%d.%d.%d" % sys.version_info[:3]})
    while True:
        frame = channel.next()
        if frame is None:
            return
        if frame[0] == RUN:
            _call(stage, frame, context, channel)
        elif frame[0] == TRACE:
            channel.trace = (frame[1], json.loads(bytes(frame[4])))
        del frame


def _call(stage: Stage, frame: Frame, context: Context, channel: Channel) -> None:
    call, rows, waited = frame[1], frame[2], frame[5]
    try:
        if waited and channel.is_cancelled(call):
            answer(FAILED, call, {"fault": "cancelled", "message": "the call was cancelled before it began"})
        else:
            deliver(call, rows, stage.run(frame, context))
    except WrongLength as error:
        answer(FAILED, call, {"fault": "length", "message": str(error)})
    except WrongOutput as error:
        answer(FAILED, call, {"fault": "output", "message": str(error)})
    except (Exception, SystemExit) as error:
        if stage.is_copy:
            raise
        answer(FAILED, call, {"fault": "raised", **_told(error)})
    channel.forget(call)


def _told(error: BaseException) -> Dict[str, str]:
    return {"type": type(error).__name__, "message": _message(error), "traceback": _traceback(error)}


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _traceback(error: Optional[BaseException]) -> str:
    """Of the user's own code: what FlowServe did before it says nothing."""
    if error is None:
        return ""
    at = error.__traceback__
    while at is not None and os.path.dirname(os.path.abspath(at.tb_frame.f_code.co_filename)) == HERE:
        at = at.tb_next
    return "".join(traceback.format_exception(type(error), error, at)).rstrip()


def _started(setup: Dict[str, Any], channel: Channel) -> Tuple[Stage, Context]:
    numpy = _numpy() if has_numbers(setup["input"]) else None
    module = _imported(setup)
    function = _named(module, setup["function"], "function")
    state = _set_up(module, setup)
    return Stage(setup, function, numpy), Context(state, setup["replica"], channel)


def _numpy() -> Optional[ModuleType]:
    """Only for columns that it would hold: importing it takes longer than all else."""
    try:
        return importlib.import_module("numpy")
    except ImportError:
        return None


def _imported(setup: Dict[str, Any]) -> ModuleType:
    try:
        if setup["file"] is None:
            # As Python itself has it for `python -m`.
            sys.path.insert(0, os.getcwd())
            return importlib.import_module(setup["module"])
        folder, base = os.path.split(setup["file"])
        sys.path.insert(0, folder)
        # A file that changes twice in a second would be taken for what was compiled of it first.
        sys.dont_write_bytecode = True
        return importlib.import_module(base[:-3]) if _is_found(base[:-3], setup["file"]) else _from_file(setup["file"])
    except BaseException as error:
        raise CannotStart("import", _with_type(error)) from error


def _is_found(name: str, file: str) -> bool:
    """Whether the name means the file: it may be none of Python, or that of a module which is loaded or built in."""
    if not name.isidentifier() or name in sys.modules:
        return False
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin is not None and os.path.realpath(spec.origin) == os.path.realpath(file)


def _from_file(file: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("flowserve_stage", file)
    if spec is None or spec.loader is None:
        raise ImportError("%s is no module" % file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _named(module: ModuleType, name: str, what: str) -> Callable[..., Any]:
    value = getattr(module, name, None)
    if callable(value):
        return value
    import difflib  # Only where something is wrong: it takes a while to load.

    own = [
        key
        for key, found in vars(module).items()
        if callable(found) and getattr(found, "__module__", "") == module.__name__
    ]
    there = "its functions are %s" % ", ".join(own) if own else "it has no functions"
    meant = difflib.get_close_matches(name, own, 1)
    guess = " (did you mean %r?)" % meant[0] if meant else ""
    raise CannotStart("name", "%s has no %s %r%s; %s" % (module.__file__, what, name, guess, there))


def _set_up(module: ModuleType, setup: Dict[str, Any]) -> Any:
    if setup["setup"] is None:
        return None
    function = _named(module, setup["setup"], "function")
    try:
        return function(setup["replica"]) if _positional(function) > 0 else function()
    except BaseException as error:
        raise CannotStart("setup", _with_type(error)) from error


def _with_type(error: BaseException) -> str:
    return "%s: %s" % (type(error).__name__, _message(error))


def _positional(function: Callable[..., Any]) -> int:
    """How many arguments may be given by position."""
    try:
        parameters: Sequence[inspect.Parameter] = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return 1
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return sys.maxsize
    return sum(
        parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD) for parameter in parameters
    )
