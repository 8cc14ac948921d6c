import Mustache

/// A page of the agent: one HTML file that needs nothing else, under the title of its context.
struct PageTemplate: Sendable {
    private let template: MustacheTemplate

    /// `body` is Mustache, written by us: one that is none is our own fault.
    init(body: String) {
        do {
            template = try MustacheTemplate(string: Self.before + body + Self.after)
        } catch {
            preconditionFailure("a page's template is no Mustache: \(error)")
        }
    }

    /// The page, with every text escaped.
    func render(_ context: [String: Any]) -> String { template.render(context) }

    /// What is to be said of several things, under a headline each.
    static let lists = """
        {{#lists}}<h2>{{title}}</h2>
        <ul>
        {{#items}}<li>{{.}}</li>
        {{/items}}
        </ul>
        {{/lists}}
        """

    private static let before = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <style>\(PageStyle.text)</style>
        </head>
        <body>

        """

    private static let after = """
        <footer>{{footer}}</footer>
        </body>
        </html>

        """
}
