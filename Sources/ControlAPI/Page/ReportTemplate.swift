/// The look of a report: one HTML file that needs nothing else, on paper and in the dark too.
enum ReportTemplate {
    /// The page, with every text escaped.
    static func render(_ context: [String: Any]) -> String { template.render(context) }

    private static let template = PageTemplate(body: text)

    private static let text = """
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
        \(PageTemplate.lists)
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

        """
}
