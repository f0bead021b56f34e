//go:build !linux

package sandbox

// Missing names what this machine lacks to confine readers.
func Missing() []string { return []string{"Landlock and seccomp, which are of Linux"} }

func early(bounds) {}

func confine(bounds) []string { return Missing() }
