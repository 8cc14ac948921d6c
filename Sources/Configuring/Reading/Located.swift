/// A value together with where it was written, for checks that come later.
struct Located<Value> {
    var value: Value
    var position: Position
}

extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
