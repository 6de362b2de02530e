"""Random cron expressions, zones and moments, each with the next times by croniter: one JSON object a line.

The same ones for the same seed. Half of the moments lie shortly before a change of the zone's clock.
"""

import json
import random
import re
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterBadDateError

COUNT = 8
ZONES = [
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Chisinau", "America/New_York",
    "America/Los_Angeles", "America/St_Johns", "America/Havana", "America/Santiago", "America/Asuncion",
    "America/Sao_Paulo", "Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Apia", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo", "Asia/Beirut", "Africa/Cairo",
    "Atlantic/Azores",
]
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS = "sun mon tue wed thu fri sat".split()


def item(chance, low, high, names):
    first = chance.randint(low, high)
    last = chance.randint(first, high)
    step = chance.randint(1, max(1, (high - low) // 2))
    name = lambda value: names[value - low] if names and chance.random() < 0.5 else str(value)
    return chance.choice([
        name(first), name(first), f"{name(first)}-{name(last)}", f"{name(first)}-{name(last)}/{step}", f"*/{step}",
        f"{first}/{step}",
    ])


def field(chance, low, high, star, names=None):
    if chance.random() < star:
        return "*"
    return ",".join(item(chance, low, high, names) for _ in range(chance.choice([1, 1, 1, 2, 3])))


def expression(chance, near):
    """Near a change of the clock, the hours of most changes come often."""
    hours = (0, 4, 0.2) if near and chance.random() < 0.7 else (0, 23, 0.3)
    return " ".join([
        field(chance, 0, 59, 0.1), field(chance, *hours), field(chance, 1, 31, 0.6),
        field(chance, 1, 12, 0.8, MONTHS), field(chance, 0, 6, 0.6, WEEKDAYS),
    ])


def changes(zone):
    time, end = datetime(2024, 1, 1, tzinfo=timezone.utc), datetime(2030, 1, 1, tzinfo=timezone.utc)
    found = []
    while time < end:
        later = time + timedelta(hours=12)
        if time.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            found.append(time)
        time = later
    return found


def times(text, start, **options):
    walk = croniter(text, start, ret_type=datetime, **options)
    return [int(walk.get_next().timestamp()) for _ in range(COUNT)]


def without_single_ranges(text):
    """`7-7` and `sun-0` are written as one value: croniter takes them for every value."""
    number = lambda name: MONTHS.index(name) + 1 if name in MONTHS else (
        WEEKDAYS.index(name) if name in WEEKDAYS else int(name))
    single = lambda match: match[1] if number(match[1]) == number(match[2]) else match[0]
    return re.sub(r"(\w+)-(\w+)(/\d+)?", single, text)


def without_later_stars(text):
    """A day field's `3,*/7` is written as `3,1/7`: by the star croniter may take the other day field for a star."""
    minute, hour, day, month, weekday = text.split()
    return " ".join([minute, hour, day.replace(",*/", ",1/"), month, weekday.replace(",*/", ",0/")])


def main(seed, count):
    chance = random.Random(seed)
    zones = {name: ZoneInfo(name) for name in ZONES}
    moments = {name: changes(zone) for name, zone in zones.items()}
    while count > 0:
        name = chance.choice(ZONES)
        near = moments[name] and chance.random() < 0.5
        text = expression(chance, near)
        start = chance.choice(moments[name]) if near else datetime(2024, 1, 1, tzinfo=timezone.utc)
        start += timedelta(seconds=chance.randint(-8 * 3600, 14 * 3600) if near else chance.randint(0, 6 * 31_536_000))
        local = start.astimezone(zones[name])
        try:
            answer = {"cron": text, "zone": name, "start": int(start.timestamp()), "times": times(text, local)}
            plain = without_single_ranges(text)
            answer["without_single_ranges"] = times(plain, local)
            plain = without_later_stars(plain)
            answer["without_later_stars"] = times(plain, local)
            # What croniter calls a bug of cron: a day field that begins with a star doesn't restrict by itself.
            answer["with_cron_bug"] = times(plain, local, implement_cron_bug=True)
        except CroniterBadDateError:
            continue  # a date that doesn't exist
        print(json.dumps(answer))
        count -= 1


main(int(sys.argv[1]), int(sys.argv[2]))
