/// The playground's code: one module, no library. It writes texts only, never markup.
enum PlaygroundScript {
    static let text = form + request + answer + start

    private static let form = #"""
        const at = (id) => document.getElementById(id);
        const form = at("playground");
        let operations = [];
        let chosen;
        let running;

        function make(name, properties, ...children) {
          const element = Object.assign(document.createElement(name), properties);
          element.append(...children);
          return element;
        }

        // One labelled input; its value stands for `kind` and `name` of the operation.
        function field(kind, name, note, input, isRequired) {
          input.id = kind + "-" + name;
          input.dataset.kind = kind;
          input.dataset.name = name;
          input.required = isRequired;
          input.autocomplete = "off";
          input.spellcheck = false;
          const label = make("label", { htmlFor: input.id }, make("code", {}, name), isRequired ? " (required)" : "");
          const hint = make("span", { className: "hint", id: input.id + "-hint" }, plain(note));
          input.setAttribute("aria-describedby", hint.id);
          return make("p", { className: "field" }, label, input, hint);
        }

        // Notes mark code by backticks.
        const plain = (note) => note.replaceAll("`", "");

        function parameterInput(parameter) {
          if (!parameter.choices) {
            return make("input", { type: "text", placeholder: parameter.standard ?? parameter.hint ?? parameter.example ?? "" });
          }
          const unset = make("option", { value: "" }, parameter.standard ? `${parameter.standard} (default)` : "any");
          return make("select", {}, unset, ...parameter.choices.map((choice) => make("option", { value: choice }, choice)));
        }

        function group(title, fields) {
          return fields.length ? [make("fieldset", {}, make("legend", {}, title), ...fields)] : [];
        }

        function bodyFields(body) {
          if (!body) return [];
          const type = make("select", {}, ...body.types.map((type) => make("option", { value: type }, type)));
          const text = make("textarea", { rows: Math.min(16, body.example.split("\n").length + 1), value: body.example });
          return [
            field("type", "Content-Type", "How the body is written.", type, false),
            field("body", "body", body.required ? "What is sent." : "What is sent; may be empty.", text, false),
          ];
        }

        function choose(id) {
          chosen = operations.find((operation) => operation.id === id) ?? operations[0];
          at("operation").value = chosen.id;
          at("method").textContent = chosen.method;
          at("method").className = "method " + chosen.method.toLowerCase();
          at("path").textContent = chosen.path;
          const needs = chosen.open ? "Needs no token." : chosen.grant ? `Needs ${chosen.grant}.` : "Needs a token.";
          at("about").replaceChildren(
            plain(chosen.note), chosen.note ? " " : "", needs, " ", make("a", { href: chosen.page }, "More about it"));
          at("fields").replaceChildren(
            ...group("Path", chosen.places.map((place) => {
              const input = parameterInput(place);
              if (place.example) input.value = place.example;
              return field("place", place.name, place.note, input, true);
            })),
            ...group("Query", chosen.parameters.map((parameter) =>
              field("query", parameter.name, parameter.note, parameterInput(parameter), false))),
            ...group("Headers", chosen.headers.map((name) =>
              field("header", name, "Optional.", make("input", { type: "text" }), false))),
            ...group("Body", bodyFields(chosen.body)));
        }

        const values = (kind) => [...form.querySelectorAll(`[data-kind="${kind}"]`)]
          .map((input) => [input.dataset.name, input.value]).filter(([, value]) => value !== "");


        """#

    private static let request = #"""
        function request() {
          let path = chosen.path;
          for (const [name, value] of values("place")) path = path.replace(`{${name}}`, encodeURIComponent(value));
          const query = new URLSearchParams(values("query")).toString();
          const headers = Object.fromEntries(values("header"));
          const body = Object.fromEntries(values("body")).body;
          if (body !== undefined) headers["Content-Type"] = Object.fromEntries(values("type"))["Content-Type"];
          return { method: chosen.method, path: path + (query ? "?" + query : ""), headers, body };
        }

        const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

        function curl({ method, path, headers, body }) {
          const lines = [`curl -sS${chosen.stream ? "N" : ""}${method === "GET" ? "" : " -X " + method} ${quoted(location.origin + path)}`];
          if (!chosen.open) lines.push('-H "Authorization: Bearer $TRIBUTARY_TOKEN"');
          for (const [name, value] of Object.entries(headers)) lines.push("-H " + quoted(`${name}: ${value}`));
          if (body !== undefined) lines.push("--data-binary " + quoted(body));
          return lines.join(" \\\n  ");
        }

        async function send() {
          const asked = request();
          const headers = new Headers(asked.headers);
          const token = at("token").value.trim();
          if (!chosen.open && token) headers.set("Authorization", "Bearer " + token);
          const begun = performance.now();
          const took = () => `${Math.round(performance.now() - begun)} ms`;
          running = new AbortController();
          at("curl").textContent = curl(asked);
          at("answer").textContent = "";
          at("headers").textContent = "";
          at("problem").hidden = true;
          at("result").hidden = false;
          at("status").textContent = "…";
          at("send").disabled = true;
          at("stop").hidden = false;
          try {
            const response = await fetch(asked.path, {
              method: asked.method, headers, body: asked.body, signal: running.signal, credentials: "omit", cache: "no-store",
            });
            at("status").textContent = `${response.status} ${response.statusText} · ${took()}`;
            at("headers").textContent = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
            await show(response);
            at("status").textContent = `${response.status} ${response.statusText} · ${took()}`;
          } catch (error) {
            const isStopped = running.signal.aborted;
            at("status").textContent = isStopped ? `stopped · ${took()}` : "no answer: " + error.message;
          } finally {
            at("send").disabled = false;
            at("stop").hidden = true;
          }
        }


        """#

    private static let answer = #"""
        async function show(response) {
          const type = response.headers.get("Content-Type") ?? "";
          if (type.startsWith("text/event-stream")) return showEvents(response.body);
          const text = await response.text();
          at("answer").textContent = type.includes("json") ? indented(text) : text || "(no body)";
          if (type.startsWith("application/problem+json")) showProblem(JSON.parse(text));
        }

        // Only the white space changes: numbers stay as the server wrote them.
        function indented(text) {
          let margin = "";
          return text.replace(/"(?:[^"\\]|\\.)*"|[{}\[\],:]|\s+/g, (part, place) => {
            if (/^\s/.test(part)) return "";
            if (part === ":") return ": ";
            if (part === ",") return ",\n" + margin;
            if (part === "{" || part === "[") {
              if (/^\s*[}\]]/.test(text.slice(place + 1))) return part;
              margin += "  ";
              return part + "\n" + margin;
            }
            if (part === "}" || part === "]") {
              if (/[{\[]\s*$/.test(text.slice(Math.max(0, place - 20), place))) return part;
              margin = margin.slice(2);
              return "\n" + margin + part;
            }
            return part;
          });
        }

        function showProblem(problem) {
          const page = String(problem.type ?? "");
          const link = page.startsWith("/docs/errors")
            ? [" ", make("a", { href: page }, "What to do about " + problem.code)] : [];
          at("problem").replaceChildren(String(problem.detail ?? problem.title ?? ""), ...link);
          at("problem").hidden = false;
        }

        const mostShown = 200000;

        async function showEvents(body) {
          const reader = body.pipeThrough(new TextDecoderStream()).getReader();
          for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            const text = at("answer").textContent + value;
            at("answer").textContent = text.slice(-mostShown);
          }
        }


        """#

    private static let start = #"""
        const stored = "tributary-token";

        function remember() {
          if (at("keep").checked) sessionStorage.setItem(stored, at("token").value);
          else sessionStorage.removeItem(stored);
        }

        async function start() {
          const response = await fetch(form.dataset.operations, { credentials: "omit" });
          operations = await response.json();
          at("token").value = sessionStorage.getItem(stored) ?? "";
          at("keep").checked = at("token").value !== "";
          at("token").addEventListener("input", remember);
          at("keep").addEventListener("change", remember);
          at("operation").addEventListener("change", () => {
            choose(at("operation").value);
            history.replaceState(null, "", "#" + chosen.id);
          });
          addEventListener("hashchange", () => choose(location.hash.slice(1)));
          form.addEventListener("submit", (event) => {
            event.preventDefault();
            send();
          });
          at("stop").addEventListener("click", () => running?.abort());
          choose(location.hash.slice(1));
          form.hidden = false;
        }

        start();
        """#
}
