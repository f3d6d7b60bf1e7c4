import { afterEach, expect, test, vi } from "vitest";
import { find, island, press, settled } from "../assets/testing/island";
import Select from "./select";

const PAGE = `<select id="goods" data-controller="select" data-select-url-value="/pick/"><option value=""></option></select><input id="price">`;

/** happy-dom tells of one select twice, as itself and as its proxy. */
class Once extends Select {
  override async connect(): Promise<void> {
    if (!this.element.classList.contains("tomselected")) await super.connect();
  }
}

afterEach(() => vi.unstubAllGlobals());

/** The picker on a page whose server answers each question as it is told to. */
async function picker(): Promise<{ box: HTMLInputElement; answer: (...titles: string[]) => Promise<void> }> {
  const questions: ((answer: Response) => void)[] = [];
  vi.stubGlobal("fetch", () => new Promise<Response>((answer) => questions.push(answer)));
  await island("select", Once, PAGE);
  await vi.waitFor(() => find(".ts-control input"));
  const box = find<HTMLInputElement>(".ts-control input");
  const answer = async (...titles: string[]): Promise<void> => {
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    questions.pop()?.(Response.json(titles.map((text) => ({ value: `${text.length}`, text }))));
    await settled();
  };
  box.focus();
  await answer("Ботинки", "Шнурки");
  return { box, answer };
}

function type(box: HTMLInputElement, text: string): void {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

test("what is chosen while one still types opens no list over what is typed next", async () => {
  const { box } = await picker();
  type(box, "шнур");
  find(".option[data-value='6']").click();
  find<HTMLSelectElement & { tomselect: { blur(): void } }>("#goods").tomselect.blur();
  find("#price").focus();
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect(document.activeElement?.id).toBe("price");
  expect(find(".ts-dropdown").style.display).toBe("none");
});

test("enter before the answer takes the first of what comes", async () => {
  const { box, answer } = await picker();
  type(box, "стел");
  press(box, "Enter", { keyCode: 13 });
  expect(find<HTMLSelectElement>("#goods").value).toBe("");
  await answer("Стелька", "Стеллаж!");
  expect(find<HTMLSelectElement>("#goods").value).toBe("7");
});

test("a key pressed after enter takes it back", async () => {
  const { box, answer } = await picker();
  type(box, "стел");
  press(box, "Enter", { keyCode: 13 });
  press(box, "ArrowDown", { keyCode: 40 });
  await answer("Стелька");
  expect(find<HTMLSelectElement>("#goods").value).toBe("");
});

test("a click into the field that is open leaves it so", async () => {
  await picker();
  find(".ts-control").click();
  await settled();
  expect(find(".ts-dropdown").style.display).toBe("block");
});

test("a field that is moved keeps what was chosen", async () => {
  await picker();
  find(".option[data-value='6']").click();
  const [select, box] = [find<HTMLSelectElement>("#goods"), find(".ts-wrapper")];
  const elsewhere = document.createElement("div");
  document.body.append(elsewhere);
  elsewhere.append(select, box);
  await settled();
  expect(select.value).toBe("6");
  expect(document.querySelectorAll(".ts-wrapper")).toHaveLength(1);
  expect(find(".ts-wrapper .item").textContent).toContain("Шнурки");
});
