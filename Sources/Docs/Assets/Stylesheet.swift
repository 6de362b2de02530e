/// The look of the pages: fonts of the system, nothing from elsewhere.
enum Stylesheet {
    static let text = palette + frame + words + blocks + tables + forms

    private static let palette = """
        :root {
          color-scheme: light dark;
          --ground: #ffffff; --raised: #f4f7f7; --line: #dbe3e4; --text: #1b262c; --soft: #53636b;
          --accent: #0b6b70; --accent-ground: #e3f1f1; --code: #f3f6f7;
          --get: #0b6b70; --post: #1f5fa8; --patch: #8a5200; --delete: #b3261e;
          --warn: #8a5200; --warn-ground: #fdf3e1;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #11181c; --raised: #182126; --line: #2b383f; --text: #e4ebee; --soft: #9fb0b8;
            --accent: #63ccc9; --accent-ground: #173335; --code: #0b1114;
            --get: #63ccc9; --post: #82b7f5; --patch: #f0b866; --delete: #ff9b93;
            --warn: #f0b866; --warn-ground: #33270f;
          }
        }

        """

    private static let frame = """
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; }
        body {
          margin: 0; background: var(--ground); color: var(--text);
          font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
          overflow-wrap: break-word; -webkit-text-size-adjust: 100%;
        }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: .5rem; padding: .3rem .8rem; background: var(--ground); z-index: 1; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .banner {
          display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .3rem 1.5rem;
          padding: .8rem 1.25rem; border-bottom: 1px solid var(--line);
        }
        .banner nav { display: flex; gap: 1.25rem; font-size: .94rem; }
        .banner nav a { color: var(--soft); text-decoration: none; }
        .banner nav a:hover { color: var(--accent); text-decoration: underline; }
        .brand {
          display: flex; align-items: center; gap: .55rem; color: var(--text); font-weight: 650; font-size: 1.08rem;
          text-decoration: none; letter-spacing: -.01em;
        }
        .mark { width: 1.5rem; height: 1.5rem; background: url("icon.svg") center / contain no-repeat; }
        .frame { max-width: 84rem; margin: 0 auto; }
        main { padding: 1.5rem 1.25rem 3rem; min-width: 0; }
        footer { border-top: 1px solid var(--line); padding: .6rem 1.25rem; color: var(--soft); font-size: .9rem; }
        .contents { padding: .25rem 1.25rem; border-bottom: 1px solid var(--line); font-size: .94rem; }
        .contents ul { list-style: none; margin: 0 0 1rem; padding: 0; }
        .contents li a { display: block; padding: .2rem .6rem; border-radius: 5px; color: var(--soft); text-decoration: none; }
        .contents li a:hover { color: var(--text); background: var(--raised); }
        .contents li a[aria-current] { color: var(--accent); background: var(--accent-ground); font-weight: 600; }
        .list-title { margin: .6rem 0 .25rem; padding: 0 .6rem; font-weight: 650; font-size: .84rem; }
        .menu summary { padding: .45rem 0; font-weight: 600; cursor: pointer; }
        .menu:not([open]) + .lists { display: none; }
        @media (min-width: 60rem) {
          .frame { display: grid; grid-template-columns: 14.5rem minmax(0, 1fr); }
          .contents {
            border: 0; border-right: 1px solid var(--line); padding: 1.2rem .8rem; position: sticky; top: 0;
            max-height: 100vh; overflow-y: auto; align-self: start;
          }
          .menu { display: none; }
          .menu:not([open]) + .lists { display: block; }
          main { padding: 2rem 2.5rem 4rem; }
        }
        @media print { .contents, .banner nav, .anchor, .try { display: none; } }

        """

    private static let words = """
        h1, h2, h3, h4 { line-height: 1.25; letter-spacing: -.012em; text-wrap: balance; }
        h1 { margin: 0; font-size: 2rem; }
        h2 { margin: 2.8rem 0 .6rem; font-size: 1.45rem; }
        h3 { margin: 0 0 .4rem; font-size: 1.16rem; }
        h4 { margin: 1.2rem 0 .2rem; font-size: .95rem; }
        p, ul, ol, dl { margin: .6rem 0; max-width: 44rem; }
        li { margin: .25rem 0; }
        .lead { font-size: 1.12rem; color: var(--soft); margin: .5rem 0 1.6rem; }
        a { color: var(--accent); text-underline-offset: .16em; text-decoration-thickness: 1px; }
        a:hover { text-decoration-thickness: 2px; }
        .anchor { color: var(--soft); font-weight: 400; text-decoration: none; opacity: 0; }
        :is(h1, h2, h3, h4):hover .anchor, .anchor:focus { opacity: 1; }
        code { font-family: var(--mono); font-size: .88em; background: var(--code); padding: .12em .32em; border-radius: 4px; }
        a code { color: inherit; }
        .path { background: none; padding: 0; word-break: break-word; }
        .endpoint { margin: .2rem 0 .8rem; }
        .method { font: 650 .78rem/1 var(--mono); letter-spacing: .02em; }
        .method.get { color: var(--get); } .method.post { color: var(--post); }
        .method.patch { color: var(--patch); } .method.delete { color: var(--delete); }
        .needs, .bounds { font-size: .92rem; color: var(--soft); }
        .kind { display: block; color: var(--soft); font-size: .86rem; font-weight: 400; }
        .badge {
          display: inline-block; margin: .1rem .35rem .1rem 0; padding: .05rem .5rem; border: 1px solid var(--line);
          border-radius: 99px; font-size: .8rem; color: var(--soft); overflow-wrap: anywhere;
        }
        .badge.required { color: var(--accent); border-color: currentColor; font-weight: 600; }
        .badge.secret { color: var(--warn); border-color: currentColor; font-weight: 600; }
        .badges:empty { display: none; }
        .notice { padding: .7rem 1rem; border-radius: 7px; background: var(--warn-ground); color: var(--text); }
        .cards {
          list-style: none; padding: 0; max-width: none; display: grid; gap: .8rem;
          grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
        }
        .cards li { margin: 0; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 9px; position: relative; }
        .cards li:hover { border-color: var(--accent); background: var(--raised); }
        .cards a { font-weight: 650; text-decoration: none; }
        .cards a::after { content: ""; position: absolute; inset: 0; }
        .cards p { margin: .2rem 0 0; font-size: .93rem; color: var(--soft); }
        .facts-list { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .35rem 1.2rem; }
        .facts-list dt { font-weight: 600; } .facts-list dd { margin: 0; }

        """

    private static let blocks = """
        .operation { padding: 1.6rem 0; border-top: 1px solid var(--line); }
        section > section { margin-top: 2rem; }
        @media (min-width: 72rem) {
          .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 27rem); gap: 0 2rem; }
          .samples { align-self: start; position: sticky; top: 1rem; }
        }
        .code { margin: .8rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--code); overflow: hidden; max-width: 52rem; }
        .code figcaption { padding: .3rem .8rem; font-size: .82rem; color: var(--soft); border-bottom: 1px solid var(--line); }
        .code pre { margin: 0; padding: .7rem .8rem; overflow: auto; max-height: 34rem; tab-size: 4; }
        .code pre:focus-visible { outline-offset: -2px; }
        .code code { background: none; padding: 0; font-size: .84rem; line-height: 1.55; }
        details > summary { cursor: pointer; color: var(--accent); font-size: .94rem; }
        details { margin: .6rem 0; }
        .errors ul { list-style: none; padding: 0; }
        .try {
          display: inline-block; padding: .25rem .8rem; border: 1px solid var(--accent); border-radius: 6px;
          text-decoration: none; font-size: .92rem;
        }
        .try:hover { background: var(--accent-ground); }

        """

    private static let tables = """
        table { border-collapse: collapse; width: 100%; max-width: 52rem; margin: 1rem 0; font-size: .95rem; table-layout: fixed; }
        caption { text-align: left; font-weight: 650; padding-bottom: .3rem; }
        th, td { text-align: left; vertical-align: top; padding: .5rem .8rem .5rem 0; border-bottom: 1px solid var(--line); }
        thead th { font-size: .82rem; color: var(--soft); font-weight: 500; padding: .2rem .8rem .2rem 0; }
        th:first-child { width: 36%; } tbody th { font-weight: 500; overflow-wrap: anywhere; }
        td p { margin: 0 0 .25rem; } td p:last-child { margin: 0; }
        tr:target, section:target { background: var(--accent-ground); }
        :is(h2, h3):target { color: var(--accent); }
        .overview td { overflow-wrap: anywhere; }
        @media (max-width: 40rem) {
          .overview :is(th, td) { display: block; width: auto; padding-right: 0; }
          .overview th { border: 0; padding-bottom: 0; }
          .overview td { padding-top: .1rem; }
        }
        .overview caption { position: absolute; left: -100rem; }

        """

    private static let forms = """
        fieldset { border: 1px solid var(--line); border-radius: 9px; margin: 0 0 1rem; padding: .6rem 1rem .8rem; max-width: 52rem; min-width: 0; }
        legend { font-weight: 650; padding: 0 .4rem; }
        .field { display: grid; gap: .2rem; margin: .55rem 0; max-width: none; }
        .field label { font-size: .92rem; }
        .field .hint { color: var(--soft); font-size: .86rem; }
        .check { display: flex; gap: .5rem; align-items: center; margin: .4rem 0; font-size: .92rem; }
        input:not([type="checkbox"]), select, textarea {
          width: 100%; min-width: 0; padding: .45rem .6rem; border: 1px solid var(--soft); border-radius: 6px;
          background: var(--ground); color: var(--text); font: inherit; font-size: .95rem;
        }
        textarea, #fields input { font-family: var(--mono); font-size: .86rem; }
        textarea { resize: vertical; line-height: 1.5; }
        button {
          padding: .5rem 1.4rem; border: 1px solid var(--accent); border-radius: 6px; background: var(--accent);
          color: var(--ground); font: inherit; font-weight: 650; cursor: pointer;
        }
        button.quiet { background: none; color: var(--accent); }
        button:disabled { opacity: .55; cursor: progress; }
        [hidden] { display: none !important; }
        #status { font-weight: 650; }
        .result h2 { margin-top: 1.6rem; }

        """
}
