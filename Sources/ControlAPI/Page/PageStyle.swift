/// The look of the agent's pages.
enum PageStyle {
    /// Read on paper and in the dark too.
    static let text = """

        :root { color-scheme: light dark; --ink: #1d2329; --paper: #fff; --faint: #667079;
          --line: #d8dde2; --good: #2e8b57; --bad: #c8373c; --waiting: #d0901c; --neutral: #8795a3;
          --panel: #f5f7f9; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --paper: #14181c;
          --faint: #98a3ad; --line: #333b43; --panel: #1d2329; --good: #4cb17c; --bad: #ea6468;
          --waiting: #e3ad49; } }
        body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; color: var(--ink);
          background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        .outcome { font-weight: 600; margin: 0 0 1rem; } .summary { margin: .3rem 0; }
        p.good, td.good { color: var(--good); } p.bad, td.bad { color: var(--bad); }
        p.waiting, td.waiting { color: var(--waiting); } td.neutral { color: var(--faint); }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .5rem;
          margin: 1.2rem 0; }
        dl div { background: var(--panel); padding: .5rem .7rem; border-radius: 4px; }
        .wide { grid-column: 1 / -1; } .wide dd { font-weight: 400; }
        dt { color: var(--faint); font-size: .8rem; } dd { margin: 0; font-weight: 600;
          overflow-wrap: anywhere; }
        svg { width: 100%; height: auto; font-size: 11px; } svg text { fill: var(--ink); }
        svg .time, svg .length { fill: var(--faint); } svg .tick { stroke: var(--line); }
        rect.good { fill: var(--good); } rect.bad { fill: var(--bad); }
        rect.waiting { fill: var(--waiting); } rect.neutral { fill: var(--neutral); }
        table { border-collapse: collapse; width: 100%; } th { text-align: left; color: var(--faint);
          font-weight: 500; font-size: .85rem; }
        td, th { padding: .25rem .6rem .25rem 0; vertical-align: top; }
        tr.step td { border-top: 1px solid var(--line); padding-top: .5rem; }
        tr.account p { margin: .1rem 0; font-size: .9rem; overflow-wrap: anywhere; }
        tr.account b { color: var(--faint); font-weight: 500; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); margin: .2rem 0;
          padding: .3rem .5rem; border-radius: 4px; font-size: .85rem; }
        .timeline td { font-size: .9rem; overflow-wrap: anywhere; } time { white-space: nowrap;
          color: var(--faint); } ul { padding-left: 1.2rem; } li { overflow-wrap: anywhere; }
        form { background: var(--panel); padding: .8rem 1rem; border-radius: 4px; margin: 1.5rem 0; }
        label { display: block; margin: .2rem 0 .8rem; } input { font: inherit; width: 100%;
          box-sizing: border-box; padding: .45rem; border: 1px solid var(--line); border-radius: 4px;
          color: var(--ink); background: var(--paper); }
        button { font: inherit; font-weight: 600; padding: .5rem 1rem; margin: 0 .5rem .3rem 0;
          border: 1px solid var(--line); border-radius: 4px; color: var(--ink);
          background: var(--paper); cursor: pointer; }
        button.yes { color: #fff; background: #1f6f45; border-color: #1f6f45; }
        footer { color: var(--faint); font-size: .85rem; margin: 2rem 0; }
        @media print { body { max-width: none; margin: 0; } tr { break-inside: avoid; } }

        """
}
