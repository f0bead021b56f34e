package control

import "tallyman/rules"

// The Common High Priority List in its edition of 23 February 2024: fifty codes
// of the Harmonized System 2022 in six tiers.
var (
	tier1 = tier{
		id: "CT-01", name: "1", goods: "integrated circuits", grave: rules.High, passing: rules.Medium,
		codes: []string{"854231", "854232", "854233", "854239"},
	}
	tier2 = tier{
		id: "CT-02", name: "2", goods: "radio and network apparatus, navigation, capacitors", grave: rules.High, passing: rules.Medium,
		codes: []string{"851762", "852691", "853221", "853224", "854800"},
	}
	tier3A = tier{
		id: "CT-03", name: "3.A", goods: "other electronic parts: processing units, converters, antennas, connectors, semiconductors", grave: rules.Medium, passing: rules.Low,
		codes: []string{
			"847150", "850440", "851769", "852589", "852910", "852990", "853669", "853690",
			"854110", "854121", "854129", "854130", "854149", "854151", "854159", "854160",
		},
	}
	tier3B = tier{
		id: "CT-04", name: "3.B", goods: "bearings, aircraft parts, optical sights, navigation instruments", grave: rules.Medium, passing: rules.Low,
		codes: []string{"848210", "848220", "848230", "848250", "880730", "901310", "901380", "901420", "901480"},
	}
	tier4A = tier{
		id: "CT-05", name: "4.A", goods: "machines to make and to test electronics, printed circuits", grave: rules.Medium, passing: rules.Low,
		codes: []string{
			"847180", "848610", "848620", "848640", "853400", "854320",
			"902750", "903020", "903032", "903039", "903082",
		},
	}
	tier4B = tier{
		id: "CT-06", name: "4.B", goods: "computer-controlled machine tools and their parts", grave: rules.Medium, passing: rules.Low,
		codes: []string{"845710", "845811", "845891", "845961", "846693"},
	}
)
