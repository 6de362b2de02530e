"""Where things are: folders, the PostgreSQL server, the environments of the tools."""
import os
import shutil
import sqlite3
import subprocess

from measure import Failed

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLACE = os.path.join(ROOT, ".build", "compare")
PARTS = os.path.dirname(os.path.abspath(__file__))
TRIBUTARY = os.path.join(ROOT, ".build", "release", "tributary")
HOST, PORT, USER = "127.0.0.1", int(os.environ.get("COMPARE_PORT", "0")), "postgres"
SOURCES = "bench"


def path(*parts):
    """A file or folder below .build/compare; its folder is made."""
    whole = os.path.join(PLACE, *parts)
    os.makedirs(os.path.dirname(whole), exist_ok=True)
    return whole


def program(environment, name):
    return os.path.join(ROOT, ".build", "venvs", environment, "bin", name)


def empty_folder(*parts):
    folder = path(*parts)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def url(database, scheme="postgresql", options="?sslmode=disable"):
    """Authentication is `trust`; some tools want a password all the same."""
    return f"{scheme}://{USER}:none@{HOST}:{PORT}/{database}{options}"


def psql(database, *statements):
    """The command that runs statements, one transaction each."""
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", HOST, "-p", str(PORT), "-U", USER, "-d", database]
    for statement in statements:
        command += ["-c", statement]
    return command


def sql(database, *statements):
    """What the statements print, fields separated by `|`."""
    done = subprocess.run(psql(database, *statements), capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"PostgreSQL: {done.stderr.strip()}")
    return done.stdout.strip()


def fresh_database(name):
    sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")


def checkpoint():
    """So that no run pays for what the one before left to be written."""
    sql("postgres", "CHECKPOINT")
    os.sync()


def sqlite(file, statement):
    connection = sqlite3.connect(file)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def remove_sqlite(file):
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(file + ending):
            os.remove(file + ending)
