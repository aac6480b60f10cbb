"""Reads a published store until a file appears: `held`, through one connection, or `again`, opened anew each time.

Prints how often it read and how many states it saw. Any error, or a state that is torn, ends it with status 1."""

import os
import sys
import time

import duckdb

path, how, done = sys.argv[1:]

# Every run has nine results: more or less of them is a run seen in part.
STATE = """
SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM backtest_results),
       (SELECT bit_xor(hash(run_id)) FROM runs), (SELECT bit_xor(hash(run_id)) FROM (SELECT DISTINCT run_id FROM backtest_results)),
       (SELECT count(*) FROM leaderboard)
"""


def state(connection):
    found = connection.execute(STATE).fetchone()
    runs, rows, of_runs, of_rows, _ = found
    assert rows == 9 * runs and of_runs == of_rows, "a torn state: %r" % (found,)
    return found


def opened():
    connection = duckdb.connect(path, read_only=True)
    # Else a machine that is busy has a bar of progress among the numbers below.
    connection.execute("SET enable_progress_bar = false")
    return connection


reads, states = 0, set()
connection = opened()
while True:
    last = os.path.exists(done)
    if how == "again":
        # A connection of this process that is open would be given again.
        connection.close()
        connection = opened()
    first = state(connection)
    time.sleep(0.002)
    assert state(connection) == first, "one connection saw two states"
    reads, states = reads + 2, states | {first}
    if last:
        break
print(reads, len(states))
