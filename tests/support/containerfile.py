"""Reads a Containerfile, and builds what it says without an engine and without base images.

This machine stands in for each base image: every stage is an overlay over its files, in a mount namespace
of its own, where the stage's steps are carried out as root by chroot. What they write goes with it.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.project import ROOT, unavailable

BUILD_WITHIN = 400
"""Seconds, of which most goes by in fetching packages."""
PYTHON = "/usr/bin/python3"
"""The Python of the system, which everybody may run, in place of that of the base image."""
BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where base images look for programs."""


@dataclass(frozen=True)
class Instruction:
    """One step: `COPY`, its text without the word and its options, and its options."""

    word: str
    text: str
    options: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The text in words, of a JSON list too."""
        return list(json.loads(self.text)) if self.text.startswith("[") else self.text.split()


@dataclass
class Stage:
    """What stands between one `FROM` and the next."""

    base: str
    name: str
    steps: list[Instruction] = field(default_factory=list)

    def all(self, word: str) -> list[Instruction]:
        """The steps of one kind."""
        return [step for step in self.steps if step.word == word]

    def last(self, word: str) -> Instruction:
        """The one that counts; raises IndexError where there is none."""
        return self.all(word)[-1]

    @property
    def environ(self) -> dict[str, str]:
        """What its `ENV` sets."""
        return _pairs(self.steps)


def _pairs(steps: Sequence[Instruction]) -> dict[str, str]:
    words = [word for step in steps if step.word == "ENV" for word in shlex.split(step.text)]
    return dict(word.split("=", 1) for word in words)


def read_containerfile(path: Path) -> list[Stage]:
    """Its stages, the values of its `ARG`s in place."""
    values: dict[str, str] = {}
    stages: list[Stage] = []
    for step in _instructions(path.read_text()):
        if step.word == "ARG":
            name, _, value = step.text.partition("=")
            values[name] = value
        elif step.word == "FROM":
            base, *named = re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], step.text).split()
            stages.append(Stage(base, named[1] if named else ""))
        else:
            stages[-1].steps.append(step)
    return stages


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            word, *rest = line.split(maxsplit=1)
            options = []
            parts = rest[0].strip() if rest else ""
            while word in {"COPY", "HEALTHCHECK"} and parts.startswith("--"):
                option, parts = parts.split(maxsplit=1)
                options.append(option)
            yield Instruction(word, parts, tuple(options))


@dataclass(frozen=True)
class Image:
    """What was built; it is there as long as the process that holds it."""

    holder: int
    home: Path
    stage: Stage

    def command(self, *arguments: str, volume: Path, **environ: str) -> list[str]:
        """Runs this in it, in a system that is read-only but for the volume and /tmp, as its user."""
        given = [f"{name}={value}" for name, value in (self.stage.environ | environ).items()]
        return [
            *("nsenter", f"--mount=/proc/{self.holder}/ns/mnt", "unshare", "--mount", "sh", "-ec"),
            *(_AS_CONTAINER, "sh", str(self.home / "image"), self.stage.last("VOLUME").text),
            *(str(volume), *self.stage.last("USER").text.split(":")),
            *("env", "-i", *given, *arguments),
        ]


_AS_CONTAINER = """
image=$1 place=$2 volume=$3 user=$4 group=$5; shift 5
chown --reference="$image$place" "$volume"
chmod --reference="$image$place" "$volume"
mount --bind "$volume" "$image$place"
mount -o remount,bind,ro "$image"
exec chroot "$image" setpriv --reuid "$user" --regid "$group" --clear-groups \\
    --no-new-privs --inh-caps=-all --bounding-set=-all sh -c 'cd "$0" && exec "$@"' "$place" "$@"
"""


@contextmanager
def built(path: Path, home: Path) -> Iterator[Image]:
    """Builds the last stage from the files that git knows of; needs root."""
    stages = read_containerfile(path)
    context = home / "context"
    _copy_checkout(context)
    script = home / "build.sh"
    script.write_text("\n".join(_script(stages, context, home)))
    output = home / "build.log"
    with (
        output.open("wb") as out,
        subprocess.Popen(
            ["unshare", "--mount", "sh", "-e", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
        ) as holder,
    ):
        assert holder.stdout and holder.stdin
        try:
            first = holder.stdout.readline()
            if first == b"no overlay\n":
                unavailable("this kernel cannot lay a file system over another")
            assert first == b"built\n", output.read_text()
            yield Image(holder.pid, home, stages[-1])
        finally:
            holder.stdin.close()
            holder.wait(20)


def _copy_checkout(into: Path) -> None:
    """What git keeps, or would: what a build finds in a fresh clone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, into / name)


_PREPARE = """
exec 3>&1 1>&2
mkdir -p {home}/layers
mount -t tmpfs tmpfs {home}/layers
lay_over() {{  # place, layer
    mkdir -p $1 $2/upper $2/work
    mount -t overlay overlay -o lowerdir=/,upperdir=$2/upper,workdir=$2/work $1 \\
        || {{ echo no overlay >&3; exit 0; }}
    mount --rbind /dev $1/dev
    mount -t proc proc $1/proc
    mount -t tmpfs -o mode=1777 tmpfs $1/tmp
}}
copy() {{  # what, where: a file into a folder or under a name, of a folder what is in it
    if test -d $1; then mkdir -p $2; cp -a $1/. $2/; else mkdir -p $(dirname $2x); cp -a $1 $2; fi
}}
"""
_OF_BASES = {
    "node": 'cp -L "$(command -v node)" {place}/usr/local/bin/node',
    "python": f"ln -sf {PYTHON} {{place}}/usr/local/bin/python",
}
"""What is where in a base image, and may be elsewhere here."""


def _script(stages: Sequence[Stage], context: Path, home: Path) -> Iterator[str]:
    """The steps as shell; says `built` at the end, and stays until its input ends."""
    yield _PREPARE.format(home=home)
    for number, stage in enumerate(stages):
        place = home / (stage.name or "image")
        yield f"lay_over {place} {home}/layers/{number}"
        name = stage.base.rpartition("/")[2].partition(":")[0]
        yield _OF_BASES[name].format(place=place)
        folder = Path("/")
        for done, step in enumerate(stage.steps):
            if step.word == "WORKDIR":
                folder = Path(step.text)
                yield f"mkdir -p {place}{folder}"
            elif step.word == "COPY":
                yield from _copy(step, context, home, place, folder)
            elif step.word == "RUN":
                yield _run(step, _pairs(stage.steps[:done]), place, folder)
    yield "echo built >&3\ncat >/dev/null"


def _copy(step: Instruction, context: Path, home: Path, place: Path, folder: Path) -> Iterator[str]:
    origin = context
    for option in step.options:
        name, _, stage = option.partition("=")
        assert name == "--from", f"{option} is not understood here"
        origin = home / stage
    *sources, target = step.words
    slash = "/" if target.endswith("/") else ""
    for source in sources:
        yield f"copy {origin}/{source.lstrip('/')} {place}{folder / target}{slash}"


def _run(step: Instruction, environ: dict[str, str], place: Path, folder: Path) -> str:
    given = shlex.join(f"{name}={value}" for name, value in environ.items())
    inside = shlex.quote(f"cd {folder} && {step.text}")
    command = f"env PATH={BASE_PATH}:$PATH {given} sh -ec {inside}"
    return f"timeout {BUILD_WITHIN} chroot {place} {command} </dev/null"
