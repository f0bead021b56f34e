package main

import "testing"

func TestStoreNameHasNoPassword(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:secret@h:5432/d": "postgres://u:xxxxx@h:5432/d",
		"sqlite:a b.db":                "sqlite:a b.db",
		"postgres://h/d":               "postgres://h/d",
	} {
		if got := (&storeFlags{db: in}).name(); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
