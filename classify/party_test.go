package classify

import "testing"

func TestSameParty(t *testing.T) {
	same := [][2]string{
		{"ООО «Ромашка Импорт»", "Romashka Import LLC"},
		{"ТОО \"Жетісу Логистик\"", "Zhetisu Logistics LLP"},
		{"ТОО «Алатау Трейд»", "Alatau Trade LLP"},
		{"Alatau Trade LLP", "ALATAU TRADE L.L.P."},
		{"ЖШС «Көкжиек»", "ТОО «Кокжиек»"},
		{"Kökjiek LLP", "Kokzhiek LLP"},
		{"Хоргос Карго ТОО", "Khorgos Cargo LLP"},
		{"Khorgos Cargo LLP", "Horgos Cargo, LLP"},
		{"АО «Северный Путь»", "JSC Severnyi Put"},
		{"ИП Сейтқали А.Б.", "IE Seitkali A.B."},
		{"ИП Иванов Петр Сергеевич", "ИП Иванов П.С."},
		{"Blaue Brücke Handels GmbH", "BLAUE BRUECKE HANDELS GMBH"},
		{"Ningbo Starfall Import and Export Co., Ltd.", "NINGBO STARFALL IMPORT & EXPORT CO.,LTD"},
		{"宁波星落进出口有限公司", "宁波星落进出口有限责任公司"},
		{"Yıldız Tekstil San. ve Tic. Ltd. Şti.", "YILDIZ TEKSTIL SANAYI VE TICARET LIMITED SIRKETI"},
		{"Alatau Trade LLP, 050000 Almaty, Abay ave. 12", "Alatau Trade LLP"},
		{"Greenline Solutions Ltd", "ООО «Гринлайн Солюшнс»"},
		{"Green Line LLC", "ООО \"Грин Лайн\""},
		{"Starfall Electronics Co., Ltd", "Starfal1 Electronics Co Ltd"},
		{"Vostok-Trans LLC", "ООО Восток Транс"},
		{"VostokTrans LLC", "Vostok Trans"},
		{"Trade Alatau LLP", "Alatau Trade"},
		{"SARL Lumière du Nord", "Lumiere du Nord S.A.R.L."},
		{"Mondfisch Sp. z o.o.", "Mondfisch spółka z ograniczoną odpowiedzialnością"},
		{"Общество с ограниченной ответственностью «Полярис»", "Polaris LLC"},
		{"Товариство з обмеженою відповідальністю «Журавель»", "Zhuravel LLC"},
		{"Shenzhen Moonbay Technology Co., Ltd. (Factory 2)", "Shenzhen Moonbay Technology Co., Ltd."},
		{"Евгений Щукин", "Yevgeny Shchukin"},
		{"ТОО Алатау Трейд 050000 г. Алматы ул. Абая 12", "Alatau Trade LLP"},
		{"ALATAU TRADE LLP ALMATY ABAY AVENUE 12 OFFICE 4", "ТОО «Алатау Трейд»"},
		{"T00 «кАлатау Трейд»", "ТОО «Алатау Трейд»"},
		{"Ningbo Starfall Trading Co Ltd No 8 Invented Road", "NINGBO STARFALL TRADING CO., LTD."},
		{"Qyzyljar Agro LLP", "ТОО «Кызылжар Агро»"},
	}
	different := [][2]string{
		{"Alfa Trade LLC", "Alfa Trans LLC"},
		{"ООО «Альфа Трейд»", "Alfa Trans LLC"},
		{"Alatau Trade LLP", "Zhetisu Trade LLP"},
		{"ТОО «Алатау Трейд»", "ООО «Ромашка Импорт»"},
		{"Shenzhen Moonbay Technology Co., Ltd.", "Shenzhen Sunbay Trading Co., Ltd."},
		{"Guangzhou Moonbay Electronics Co Ltd", "Shenzhen Moonbay Electronics Co Ltd"},
		{"深圳市月湾科技有限公司", "深圳市海风科技有限公司"},
		{"深圳市月湾科技有限公司", "Guangzhou Moonbay Technology Co., Ltd"},
		{"ИП Иванов", "ООО «Иванов»"},
		{"Vostok Service LLC", "Vostok Supply LLC"},
		{"Kaztransoil JSC", "Kazpharm JSC"},
		{"Nordwind GmbH", "Südwind GmbH"},
		{"Yıldız Tekstil Ltd. Şti.", "Güneş Tekstil Ltd. Şti."},
		{"Alta LLC", "Alfa LLC"},
		{"Steppe Wool Company", "Steppe Grain Company"},
		{"Almaty Food LLP", "Astana Food LLP"},
		{"Trade Company LLC", "Trading House Orion LLC"},
		{"Петров И.И.", "Сидоров И.И."},
		{"Factory No. 3", "Factory No. 7"},
	}
	m := NewModel()
	for _, p := range same {
		if got := m.SameParty(p[0], p[1]); got < 0.5 {
			t.Errorf("SameParty(%q, %q) = %.2f, want at least 0.5", p[0], p[1], got)
		}
		if got, back := m.SameParty(p[0], p[1]), m.SameParty(p[1], p[0]); got != back {
			t.Errorf("SameParty(%q, %q) = %.3f, but %.3f the other way round", p[0], p[1], got, back)
		}
	}
	for _, p := range different {
		if got := m.SameParty(p[0], p[1]); got >= 0.5 {
			t.Errorf("SameParty(%q, %q) = %.2f, want less than 0.5", p[0], p[1], got)
		}
	}
}
