extension CLIXMLValue {
    /// The value as a message's body: CLIXML in UTF-8, without a byte order mark.
    public func clixml() -> [UInt8] {
        var writer = CLIXMLWriter()
        writer.write(self)
        return Array(writer.text.utf8)
    }
}

/// Turns one value into CLIXML; reference numbers count from 0 in each document.
struct CLIXMLWriter {
    private(set) var text = ""
    private var nextObject = 0
    private var typeNames: [[String]: Int] = [:]

    mutating func write(_ value: CLIXMLValue, name: String? = nil) {
        switch value {
        case .object(let object): write(object, name: name)
        case .progress(let record): write(record, name: name)
        // A cycle cannot be rebuilt from a value, so it ends in null here.
        case .null, .enclosingObject: text += "<Nil\(attribute(name)) />"
        default:
            guard let (element, content) = CLIXMLPrimitives.element(of: value) else {
                preconditionFailure("\(value) has no element")
            }
            write(element, content, attributes: attribute(name))
        }
    }

    private mutating func write(_ object: CLIXMLObject, name: String?) {
        text += "<Obj\(attribute(name)) RefId=\"\(nextObject)\">"
        nextObject += 1
        write(typeNames: object.typeNames)
        if let toString = object.toString {
            write("ToString", CLIXMLText.escape(toString))
        }
        switch object.content {
        case .none: break
        case .primitive(let value): write(value)
        case .list(let members): write("LST", members)
        case .queue(let members): write("QUE", members)
        case .stack(let members): write("STK", members)
        case .enumerable(let members): write("IE", members)
        case .dictionary(let entries):
            guard !entries.isEmpty else {
                text += "<DCT />"
                break
            }
            text += "<DCT>"
            for entry in entries {
                text += "<En>"
                write(entry.key, name: "Key")
                write(entry.value, name: "Value")
                text += "</En>"
            }
            text += "</DCT>"
        }
        write("Props", object.adaptedProperties)
        write("MS", object.extendedProperties)
        text += "</Obj>"
    }

    private mutating func write(typeNames names: [String]) {
        guard !names.isEmpty else { return }
        if let known = typeNames[names] {
            text += "<TNRef RefId=\"\(known)\" />"
            return
        }
        text += "<TN RefId=\"\(typeNames.count)\">"
        typeNames[names] = typeNames.count
        for name in names { write("T", CLIXMLText.escape(name)) }
        text += "</TN>"
    }

    private mutating func write(_ element: String, _ properties: CLIXMLProperties) {
        guard !properties.isEmpty else { return }
        text += "<\(element)>"
        for property in properties.all { write(property.value, name: property.name) }
        text += "</\(element)>"
    }

    private mutating func write(_ element: String, _ members: [CLIXMLValue]) {
        guard !members.isEmpty else {
            text += "<\(element) />"
            return
        }
        text += "<\(element)>"
        for member in members { write(member) }
        text += "</\(element)>"
    }

    private mutating func write(_ record: ProgressRecord, name: String?) {
        text += "<PR\(attribute(name))>"
        write("AV", CLIXMLText.escape(record.activity))
        write("AI", "\(record.activityID)")
        if let operation = record.currentOperation {
            write("S", CLIXMLText.escape(operation))
        } else {
            text += "<Nil />"
        }
        write("PI", "\(record.parentActivityID)")
        write("PC", "\(record.percentComplete)")
        write("T", record.isCompleted ? "Completed" : "Processing")
        write("SR", "\(record.secondsRemaining)")
        write("SD", CLIXMLText.escape(record.statusDescription))
        text += "</PR>"
    }

    private mutating func write(_ element: String, _ content: String, attributes: String = "") {
        text += "<\(element)\(attributes)>\(XMLEscaping.escapeText(content))</\(element)>"
    }

    private func attribute(_ name: String?) -> String {
        name.map { " N=\"\(XMLEscaping.escapeText(CLIXMLText.escape($0), quoted: true))\"" } ?? ""
    }
}
