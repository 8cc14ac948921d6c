extension CLIXMLReader {
    static func attribute(_ name: String, _ attributes: [XMLAttribute]) -> String? {
        attributes.first { $0.name.local == name }?.value
    }

    /// The next child element of an element that holds only elements; nil at its end.
    mutating func nextChild(
        of parent: String
    ) throws(PSRPError) -> (name: String, attributes: [XMLAttribute])? {
        while let event = try parser.next() {
            switch event {
            case .startElement(let name, let attributes): return (name.local, attributes)
            case .endElement: return nil
            case .text(let text):
                guard text.utf8.allSatisfy(XMLCharacters.isSpace) else {
                    throw PSRPError(.malformedCLIXML, "<\(parent)> holds text")
                }
            }
        }
        return nil
    }

    /// The text up to the end of an element that holds only text.
    mutating func text(of element: String) throws(PSRPError) -> String {
        var text = ""
        while let event = try parser.next() {
            switch event {
            case .text(let part): text += part
            case .endElement: return text
            case .startElement(let name, _):
                throw PSRPError(.malformedCLIXML, "<\(element)> holds <\(name)>")
            }
        }
        return text
    }

    /// The fields of a `PR` element, whose names are short forms of the record's properties.
    mutating func progressRecord() throws(PSRPError) -> ProgressRecord {
        var record = ProgressRecord(activity: "")
        while let (name, _) = try nextChild(of: "PR") {
            let text = CLIXMLText.unescape(try text(of: name))
            try count(bytes: text.utf8.count)
            switch name {
            // Where there is no current operation.
            case "Nil": continue
            case "AV": record.activity = text
            case "S": record.currentOperation = text
            case "SD": record.statusDescription = text
            case "AI": record.activityID = try number(text, in: name)
            case "PI": record.parentActivityID = try number(text, in: name)
            case "PC": record.percentComplete = try number(text, in: name)
            case "SR": record.secondsRemaining = try number(text, in: name)
            case "T": record.isCompleted = text == "Completed"
            default: throw PSRPError(.malformedCLIXML, "<PR> holds <\(name)>")
            }
        }
        return record
    }

    private func number(_ text: String, in element: String) throws(PSRPError) -> Int32 {
        guard let number = Int32(text) else {
            throw PSRPError(.malformedCLIXML, "<\(element)> of <PR> is not a number")
        }
        return number
    }
}
