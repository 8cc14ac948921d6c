import Mustache

/// The look of a report: one HTML file that needs nothing else, on paper and in the dark too.
enum ReportTemplate {
    /// The page, with every text escaped.
    static func render(_ context: [String: Any]) -> String { template.render(context) }

    private static let template: MustacheTemplate = {
        do {
            return try MustacheTemplate(string: text)
        } catch {
            preconditionFailure("the template of the report is no Mustache: \(error)")
        }
    }()

    private static let text = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <style>\(style)</style>
        </head>
        <body>
        <header>
        <h1>{{title}}</h1>
        <p class="outcome {{grade}}">{{outcome}}</p>
        {{#summary}}<p class="summary">{{.}}</p>
        {{/summary}}
        </header>
        <dl>
        {{#facts}}<div class="{{shape}}"><dt>{{name}}</dt><dd>{{value}}</dd></div>
        {{/facts}}
        </dl>
        <h2>How it went</h2>
        <svg viewBox="0 0 {{chart.width}} {{chart.height}}" role="img"
         aria-label="Evidence, decision, approval, steps and DNS over time">
        {{#chart.ticks}}<line class="tick" x1="{{x}}" x2="{{x}}" y1="18" y2="{{bottom}}"/>
        <text class="time" x="{{x}}" y="12" text-anchor="{{anchor}}">{{label}}</text>
        {{/chart.ticks}}
        {{#chart.rows}}<g><title>{{hint}}</title>
        <text class="label" x="0" y="{{textY}}">{{label}}</text>
        <rect class="{{grade}}" x="{{x}}" y="{{y}}" width="{{width}}" height="14" rx="2"/>
        <text class="length" x="{{endX}}" y="{{textY}}" text-anchor="{{anchor}}">{{length}}</text></g>
        {{/chart.rows}}
        </svg>
        {{#lists}}<h2>{{title}}</h2>
        <ul>
        {{#items}}<li>{{.}}</li>
        {{/items}}
        </ul>
        {{/lists}}
        <h2>Every step</h2>
        <table>
        <thead><tr><th>#</th><th>What</th><th>Source</th><th>Ended</th><th>Took</th></tr></thead>
        <tbody>
        {{#steps}}<tr class="step"><td>{{number}}</td><td>{{title}}</td><td>{{source}}</td>
        <td class="{{grade}}">{{phase}}</td><td>{{took}}</td></tr>
        <tr class="account"><td></td><td colspan="4">
        {{#commands}}<pre>{{.}}</pre>{{/commands}}
        {{#said}}<p><b>{{name}}</b> {{text}}</p>
        {{/said}}</td></tr>
        {{/steps}}
        </tbody>
        </table>
        <h2>Timeline</h2>
        <table class="timeline"><tbody>
        {{#timeline}}<tr><td><time>{{at}}</time></td><td>{{text}}</td></tr>
        {{/timeline}}
        </tbody></table>
        <footer>{{footer}}</footer>
        </body>
        </html>

        """

    private static let style = """

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
        footer { color: var(--faint); font-size: .85rem; margin: 2rem 0; }
        @media print { body { max-width: none; margin: 0; } tr { break-inside: avoid; } }

        """
}
