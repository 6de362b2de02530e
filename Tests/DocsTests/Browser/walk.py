"""Walks every page of the documentation with Chromium: walk.py URL TOKEN [FOLDER for screenshots].

Ends 1, with one line a fault, where a page logs an error, asks another host for something, is wider than the window, has
a link that leads nowhere, or where the playground doesn't send.
"""

import json
import sys
import urllib.error
import urllib.request
from urllib.parse import urldefrag, urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

NARROW, WIDE = 375, 1280
faults = []


def fault(text):
    faults.append(text)
    print(text)


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--disable-background-networking", "--disable-component-update"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def resize(driver, width, height=900):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})


def look(driver, page, base):
    """Faults of the page that is shown."""
    for entry in driver.get_log("browser"):
        if entry["level"] in ("SEVERE", "WARNING"):
            fault(f"{page}: console: {entry['message']}")
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if not url.startswith(base + "/"):
                fault(f"{page}: asked for {url}")


def narrow_enough(driver, page):
    width = driver.execute_script("return document.documentElement.scrollWidth")
    window = driver.execute_script("return window.innerWidth")
    if width > window:
        widest = driver.execute_script(
            "const w = window.innerWidth; return [...document.querySelectorAll('main *')]"
            ".filter(e => e.getBoundingClientRect().right > w + 1 && !e.closest('pre')).slice(0, 3)"
            ".map(e => e.outerHTML.slice(0, 120))")
        fault(f"{page}: {width} wide in {window}: {widest}")


def status(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def walk(driver, base):
    waiting, seen, ids, links = [base + "/docs"], {base + "/docs"}, {}, []
    while waiting:
        page = waiting.pop()
        driver.get(page)
        found = driver.execute_script(
            "return [[...document.links].map(a => a.href), [...document.querySelectorAll('[id]')].map(e => e.id)]")
        ids[page] = set(found[1])
        look(driver, page, base)
        narrow_enough(driver, page)
        for link in found[0]:
            target, anchor = urldefrag(link)
            links.append((page, target, anchor))
            if urlsplit(target).path.startswith("/docs") and target not in seen:
                seen.add(target)
                waiting.append(target)
    others = {target for _, target, _ in links} - set(ids)
    for target in others:
        if not target.startswith(base + "/"):
            fault(f"a link to {target}")
        elif status(target) != 200:
            fault(f"{target}: {status(target)}")
    for page, target, anchor in links:
        if anchor and target in ids and anchor not in ids[target] and not target.endswith("/playground"):
            fault(f"{page}: no {anchor} in {target}")
    return sorted(ids)


def answered(driver, text):
    WebDriverWait(driver, 20).until(lambda d: text in d.find_element(By.ID, "status").text)


def send(driver):
    driver.find_element(By.ID, "send").click()


def play(driver, base, token):
    driver.get(base + "/docs/playground#datasources.list")
    WebDriverWait(driver, 20).until(lambda d: d.find_element(By.ID, "playground").is_displayed())
    send(driver)
    answered(driver, "401")
    problem = driver.find_element(By.CSS_SELECTOR, "#problem a")
    if not problem.get_attribute("href").endswith("/docs/errors/auth.invalid_token"):
        fault("the playground doesn't link an error to its page")
    driver.get_log("browser")  # Chromium logs every 401.
    driver.find_element(By.ID, "token").send_keys(token)
    send(driver)
    answered(driver, "200")
    if '"items": []' not in driver.find_element(By.ID, "answer").text:
        fault("the playground shows no list: " + driver.find_element(By.ID, "answer").text)
    curl = driver.find_element(By.ID, "curl").text
    if token in curl or token in driver.current_url or "$TRIBUTARY_TOKEN" not in curl:
        fault("the playground shows the token")
    look(driver, "playground", base)
    narrow_enough(driver, "playground")


def main(base, token, folder=None):
    driver = browser()
    try:
        driver.set_page_load_timeout(20)
        resize(driver, NARROW)
        pages = walk(driver, base)
        print(f"{len(pages)} pages")
        play(driver, base, token)
        if folder:
            shoot(driver, base, folder)
    finally:
        driver.quit()
    return 1 if faults else 0


def shoot(driver, base, folder):
    """Pictures to look at."""
    names = ["", "/datasources", "/runs", "/errors", "/errors/run.active", "/connectors/postgres",
             "/guides/getting-started", "/playground#records.list"]
    for scheme in ("light", "dark"):
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                               {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        for width in (NARROW, WIDE):
            resize(driver, width, 1700)
            for name in names:
                driver.get(base + "/docs" + name)
                driver.save_screenshot(f"{folder}/{scheme}-{width}{name.replace('/', '-').replace('#', '-')}.png")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
