package xsd

func (l *loader) checkContent(t *ComplexType) {
}
