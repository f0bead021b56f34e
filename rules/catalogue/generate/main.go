// Command generate writes the page of all rules to the file that it is given.
package main

import (
	"fmt"
	"os"

	"tallyman/rules/catalogue"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate docs/rules.md")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], catalogue.Page(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
