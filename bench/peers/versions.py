"""Tells which of the named packages this Python has: {"packages": [...]} in, versions out."""

import platform
from importlib import metadata

import protocol


def versions(question):
    found = {"python": platform.python_version()}
    for package in question["packages"]:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            pass
    return {"versions": found}


if __name__ == "__main__":
    protocol.serve(versions)
