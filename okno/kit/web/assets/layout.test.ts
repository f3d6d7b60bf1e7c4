import { expect, test } from "vitest";
import { onOtherLayout } from "./layout";

test("a Russian word typed on the English layout is read", () => {
  expect(onOtherLayout("ghbdtn")).toBe("привет");
  expect(onOtherLayout("Hjvfirf")).toBe("ромашка");
});

test("an English word typed on the Russian layout is read", () => {
  expect(onOtherLayout("вуфд")).toBe("deal");
});

test("letters on punctuation keys are read both ways", () => {
  expect(onOtherLayout(",exf`")).toBe("бучаё");
  expect(onOtherLayout("ёжик")).toBe("`;br");
});

test("numbers and mixed texts have no other reading", () => {
  expect(onOtherLayout("+7 495 123-45-67")).toBe("");
  expect(onOtherLayout("1С УТ bitrix")).toBe("");
});

test("operators are read as well", () => {
  expect(onOtherLayout("jn^z 'nfg^@Cx`n@")).toBe('от:я этап:"счёт"');
  expect(onOtherLayout('jn:z \'nfg:"Cx`n" >100000')).toBe('от:я этап:"счёт" >100000');
  expect(onOtherLayout("щцтукЖьу")).toBe("owner:me");
  expect(onOtherLayout("Ю100000")).toBe(">100000");
});

test("capital letters on signs are letters", () => {
  expect(onOtherLayout("<jhbcjd")).toBe("борисов");
  expect(onOtherLayout('"lefhl')).toBe("эдуард");
  expect(onOtherLayout(":erjdf")).toBe("жукова");
  expect(onOtherLayout('зуекщм"ьфшдюкг')).toBe("petrov@mail.ru");
});
