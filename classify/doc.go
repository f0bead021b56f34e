// Package classify says how alike things are, and what kind of paper a page
// is. It gives scores; it never decides, and knows no rule.
//
// [Papers] finds which pages of a file are one paper and its UN/EDIFACT 1001
// type. [Model] compares names of parties and descriptions of goods.
package classify
