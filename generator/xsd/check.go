package xsd

// check looks for what makes a schema wrong though all its references hold.
func (l *loader) check() {
}
