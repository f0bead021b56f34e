package classification

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tallyman/rules"
	"tallyman/trade"
)

// chipNumbers are complete order codes of integrated circuits, as their makers
// build them: family, type, then letters for housing, pins, memory and
// temperature. A board or a kit has another number. Whatever is shorter, such as
// LM358 or AD620 alone, may be an article of anybody, and is left out.
var chipNumbers = []struct {
	maker   string
	pattern *regexp.Regexp
}{
	// STMicroelectronics, data sheets "Ordering information": STM32 F407 V G T 6.
	{"STMicroelectronics STM32", regexp.MustCompile(`^STM32(F|L|G|H|U|W|WB|WL|C|MP)[0-9][0-9A-Z][0-9A-Z][A-Z][0-9A-Z][A-Z][367][A-Z]*$`)},
	// AMD Xilinx, data sheets DS180 and DS890: XC7K325T-2FFG900I, XCKU040-2FFVA1156E.
	{"AMD Xilinx", regexp.MustCompile(`^X[AQ]?[AC](7[AKVSZ][0-9]{2,4}[A-Z]{0,2}|KU[0-9]{1,3}P?|VU[0-9]{1,3}P?|ZU[0-9]{1,2}(CG|EG|EV|DR)|6S(LX|LXT)[0-9]{1,3}T?|6V[A-Z]{1,3}[0-9]{2,3}T?|5V[A-Z]{1,3}[0-9]{2,3}T?|4V[A-Z]{1,3}[0-9]{2,3}|3S[0-9]{2,4}[AEN]*|2[VSC][A-Z]?[0-9]{2,4}[AE]?|95[0-9]{2,3}(XL|XV)?|R3[0-9]{3}XL)-L?[0-9]{1,2}L?[A-Z]{2,5}[0-9]{2,4}[CIEMQ][0-9]*$`)},
	// Intel Altera, "ordering information": EP4CE22F17C6N, 5CSEBA6U23I7N, 10M08SAE144C8G.
	{"Intel Altera", regexp.MustCompile(`^(EP[1-4](C|CE|CGX|S|SGX|SE|AGX|M)[0-9]{1,3}[A-Z]?[FEQTUM][0-9]{2,4}[CIA][0-9]{1,2}[NGLPS]*|EPM[0-9]{3,4}[A-Z]*[FTQLM][IC]?[0-9]{2,3}[CI]?-?[0-9]{1,2}N?|5C[ESG][A-Z]{2}[A-Z][0-9][A-Z]?[0-9]?[FUEM][0-9]{2}[CIA][0-9][NGLPS]*|10M[0-9]{2}[SD][CAFL][EUFVM][0-9]{2,3}[CIA][0-9][GP]?|10CL[0-9]{3}[YZ][EUFM][0-9]{3}[CIA][0-9]G?|5M[0-9]{2,4}Z[EFTM][0-9]{2,3}[CIA][0-9]N?)$`)},
	// Microchip, formerly Atmel: ATMEGA328P-AU, ATXMEGA128A1U-AU, ATTINY85-20SU, ATSAMD21G18A-AU.
	{"Microchip AVR and SAM", regexp.MustCompile(`^AT(MEGA|XMEGA|TINY|SAM[A-Z])[0-9]{1,4}[A-Z0-9]{0,6}-[0-9]{0,2}[A-Z]{2,4}R?$`)},
	// Microchip product identification system: PIC18F4550-I/P, DSPIC33FJ128MC802-I/SP.
	{"Microchip PIC", regexp.MustCompile(`^(DS)?PIC(10|12|16|18|24|30|32|33)[A-Z]{1,3}[0-9]{2,4}[A-Z0-9]{0,8}T?-[EIH]/[A-Z0-9]{1,4}$`)},
	// Texas Instruments, "device nomenclature": TMS320F28335PGFA, MSP430F5529IPN, TPS54331DR.
	{"Texas Instruments", regexp.MustCompile(`^(TMS320(C|F|VC|DM)[0-9]{3,5}[A-Z]{0,2}[A-Z]{2,4}[0-9AQST]*|MSP430(F|G|FR)[0-9]{4}[A-Z]?(I|T)[A-Z]{2,3}R?|TPS[0-9]{5}[A-Z]?(D|DR|DBVR|DDAR|DGKR|RGTR|PWPR|PWR|RTER)|(LM|LMC|LMV|LMP|LP|LMR|LMH|LMX|ADC|DAC|DS)[0-9]{2,6}[A-Z0-9.-]{1,12}/NOPB)$`)},
	// Analog Devices, "ordering guide": AD9361BBCZ, AD8221ARMZ-R7, ADXL345BCCZ.
	{"Analog Devices", regexp.MustCompile(`^(AD[0-9]{3,4}[A-Z]?[ABJKST](R|RM|RU|RS|RT|RN|RW|CP|BC|CC|ST|SV|UJ|KS)Z|AD(XL|XRS|IS|UM|SP|G|F|P|A|M|R|E)-?[0-9]{3,5}[A-Z]{2,5}Z)(-[0-9.]{1,3})?(-REEL7?|-RL7?|-R7|-R2)?$|^LTC?[0-9]{4}[A-Z0-9-]{2,10}#(TR)?PBF$|^HMC[0-9]{3,4}[A-Z]?L[CPH][0-9][A-Z]{0,2}(TR)?$`)},
	// Logic of the 74 series with a maker's prefix or a housing: SN74HC595DR, 74HC595D-Q100, 74LVC1G08GW.
	{"logic of the 74 series", regexp.MustCompile(`^((SN|CD|MC|MM|DM|HD|TC)74(HC|HCT|LS|LVC|AHC|AHCT|ACT|AC|ALS|LV|LVT|F|ABT|CBT|VHC)[0-9]?G?[0-9]{2,5}A?(D|DR|N|PW|PWR|DGV|DB|DBR|NS|NSR|DBVR|DCKR|DW|DWR|DT|DTR2G|MTCX|SJX?|P|F)?G?4?|74(HC|HCT|LVC|AHC|AHCT|LVT)[0-9]?G?[0-9]{2,5}A?(D|PW|BQ|GW|GV|GM|DB)([,.][0-9]{3}|-Q100J?)?)$`)},
	// Memories, "part numbering": MT41K256M16TW-107, K4B4G1646E-BYMA, W25Q128JVSIQ, H5TQ4G63EFR-RDC.
	{"memories of Micron, Samsung, SK hynix and Winbond", regexp.MustCompile(`^(MT(25|28|29|40|41|46|47|48|53|62)[A-Z]{1,2}[0-9]{2,4}[A-Z][0-9A-Z]{1,6}-[0-9A-Z]{2,8}(:[A-Z])?|K4[ABFTUZ][0-9A-Z]{6,8}-[0-9A-Z]{4,8}|H5[ACTP][A-Z][0-9A-Z]{5,8}-[0-9A-Z]{3,4}|W25[QNXM][0-9]{2,3}[A-Z]{2,3}[A-Z]{2,3}[QGNM]?)$`)},
	// Nordic Semiconductor and Espressif chips, not their modules: NRF52840-QIAA-R.
	{"Nordic Semiconductor", regexp.MustCompile(`^NRF5[123][0-9]{3}-[CQ][A-Z]{3}(-R7?)?$`)},
	// NXP: LPC1768FBD100, MK64FN1M0VLL12, S32K144HAT0MLHT.
	{"NXP", regexp.MustCompile(`^(LPC[1-5][0-9]{2,4}[A-Z]{0,3}(FBD|FET|JBD|JET|FHN|JHN)[0-9]{2,3}|MK[0-9]{2}[DF][NX][0-9A-Z]{3,6}V[A-Z]{2}[0-9]{1,2}R?|S32K[1-3][0-9]{2}[A-Z]{2,3}T0[MVC][A-Z]{3}[TR]?)$`)},
}

// chipNumber returns the maker of the order code that a word is, or "".
func chipNumber(word string) string {
	word = strings.ToUpper(strings.Trim(word, ".,;:()[]\"'"))
	if len(word) < 8 || !strings.ContainsAny(word, "0123456789") {
		return ""
	}
	for _, c := range chipNumbers {
		if c.pattern.MatchString(word) {
			return c.maker
		}
	}
	return ""
}

// electric are the chapters whose goods hold chips, so that an honest description
// may name one: machines, electronics, vehicles, aircraft, instruments, watches,
// lamps, toys, and printed books about them.
var electric = []string{"49", "84", "85", "86", "87", "88", "89", "90", "91", "92", "93", "94", "95"}

// chipHeadings are those under which the article itself may be a chip, honestly
// or by habit: semiconductors, circuits, media, boards, parts of computers and of
// transmitters, other apparatus.
var chipHeadings = []string{"8471", "8473", "8504", "8517", "8523", "8525", "8526", "8529", "8534", "8541", "8542", "8543", "8548", "8549", "9032"}

// ChipUnderOtherCode looks for order codes of chips under codes of other goods.
var ChipUnderOtherCode = &rules.Rule{
	ID:    "CL-07",
	Title: "the part number is that of a chip, the tariff code is not",
	Doc: `A line names a complete order code of an integrated circuit, as its maker builds it:
family, type, housing, pins and temperature. The tariff code is of a chapter whose
goods hold no chips, such as textiles, food or metal goods; or the article number
of the line is the order code, nothing else, and the heading is one that no chip
has. Goods of chapters 84 to 95 may name a chip that they hold, and are judged by
the article number alone.

Short numbers, such as LM358 or AD620, may be anybody's article and are left out.
Look whether the code slipped by a line. Microcircuits go by heading 8542, which is
on the Common High Priority List.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "ordering information in the data sheets of STMicroelectronics, AMD Xilinx, Intel, Microchip, Texas Instruments, Analog Devices, NXP, Nordic, Nexperia, Micron, Samsung, SK hynix, Winbond", Unverified: true},
		{Title: "Common High Priority List of 23 February 2024, tier 1: 8542.31, .32, .33, .39"},
	},
	Run: runChipUnderOtherCode,
}

func runChipUnderOtherCode(p *rules.Pass) error {
	var first *rules.Finding // one for the dossier: papers repeat their lines
	for _, d := range p.Dossier.Documents {
		for i := range d.Items {
			item := &d.Items[i]
			c := item.TariffCode
			if !c.Known() || len(c.Value) < 4 {
				continue
			}
			at, word, maker := item.ArticleNumber, "", ""
			if at.Known() {
				word = strings.TrimSpace(at.Text)
				maker = chipNumber(word)
			}
			holdsChips := func(code trade.TariffCode) bool { return slices.Contains(electric, code.Chapter()) }
			chip := func(code trade.TariffCode) bool { return slices.Contains(chipHeadings, code.Heading()) }
			if maker == "" || slices.ContainsFunc(c.Candidates(), chip) {
				maker = ""
				if slices.ContainsFunc(c.Candidates(), holdsChips) {
					continue
				}
				at = item.Description
				if !at.Known() {
					continue
				}
				for _, w := range strings.FieldsFunc(at.Text, func(r rune) bool {
					return r == ' ' || r == ',' || r == ';' || r == '(' || r == ')' || r == '\n' || r == '\t'
				}) {
					if maker = chipNumber(w); maker != "" {
						word = w
						break
					}
				}
				if maker == "" {
					continue
				}
			}
			f := rules.Finding{
				At: at.At, Related: []trade.Place{c.At},
				Message: fmt.Sprintf("%q is built like an order code of %s; the tariff code beside it is %v", word, maker, c.Value),
				Innocent: []string{
					"The code stands one line too high or too low: the line beside it would show it.",
					"Another maker's article has a number of the same form: the picture or the data sheet of the article would show it.",
				},
				Doubtful: c.Reader.Optical() && slices.ContainsFunc(c.Confusions, chip),
			}
			f.Severity = rules.High
			if holdsChips(c.Value) {
				f.Severity = rules.Medium
			}
			switch {
			case first == nil:
				first = &f
			case first.Doubtful && !f.Doubtful || f.Severity > first.Severity && !f.Doubtful:
				f.Related = append(f.Related, first.At)
				first = &f
			default:
				first.Related = append(first.Related, f.At)
			}
		}
	}
	if first != nil {
		p.Report(*first)
	}
	return nil
}
