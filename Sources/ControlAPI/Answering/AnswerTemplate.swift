import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The look of the page that a link in a message leads to: no script, nothing from elsewhere.
enum AnswerTemplate {
    /// The page as an answer that nobody keeps, frames, or learns the link from.
    static func page(_ status: HTTPResponse.Status, _ context: [String: Any]) -> Response {
        Response(
            status: status,
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: template.render(context)))
        )
    }

    private static let headers: HTTPFields = {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
            .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in [("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY")] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }()

    private static let policy: String = {
        let style = Data(SHA256.hash(data: Data(PageStyle.text.utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(style)'; form-action 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'"
    }()

    private static let template = PageTemplate(body: text)

    private static let text = """
        <h1>{{title}}</h1>
        {{#words}}<p class="outcome {{grade}}">{{text}}</p>
        {{/words}}
        {{#question}}
        <p class="summary">{{trigger}}</p>
        <dl>
        {{#facts}}<div class="{{shape}}"><dt>{{name}}</dt><dd>{{value}}</dd></div>
        {{/facts}}
        </dl>
        \(PageTemplate.lists)
        <h2>The plan, step by step</h2>
        <table>
        <thead><tr><th>#</th><th>What</th><th>Where</th><th>Source</th></tr></thead>
        <tbody>
        {{#steps}}<tr class="step"><td>{{number}}</td><td>{{title}}</td><td>{{place}}</td>
        <td>{{source}}</td></tr>
        <tr class="account"><td></td><td colspan="3">
        {{#notes}}<p>{{.}}</p>
        {{/notes}}{{#commands}}<pre>{{.}}</pre>
        {{/commands}}</td></tr>
        {{/steps}}
        </tbody>
        </table>
        <form method="post">
        <input type="hidden" name="plan" value="{{digest}}">
        {{#yes}}<label>Type the pool's name, <b>{{target}}</b>, to say yes:
        <input name="pool" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
        {{/yes}}
        <label>Why (it stands in the journal; may be left empty):
        <input name="reason" maxlength="300" autocomplete="off"></label>
        {{#yes}}<button class="yes" name="answer" value="approve">Yes, carry this plan out</button>
        {{/yes}}<button name="answer" value="deny">No</button>
        </form>
        {{/question}}

        """
}
