// How arguments are checked: what is wrong is refused by its name, with what was expected and what came.
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import {
  checkBoolean,
  checkClock,
  checkFunction,
  checkNow,
  checkOptions,
  checkPositive,
  checkText,
  checkTexts,
  checkedElsewhere,
  isDate,
  optional,
  readOptions,
  refuseCallback,
  refuseHidden,
  refusePolluted,
  refusePromise,
  withMethods,
  wrongArgument,
} from "../../../src/base/options.ts";

const refused = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: "invalid_argument" });
    return (error as Error).message;
  }
  return "accepted";
};

describe("a refusal", () => {
  it("shows a short text, and of a longer one its length alone: it may be a secret in the wrong place", () => {
    expect(wrongArgument("kid", "a number", "").message).toBe('kid: expected a number, found ""');
    expect(wrongArgument("kid", "a number", "ten chars!").message).toBe('kid: expected a number, found "ten chars!"');
    expect(wrongArgument("kid", "a number", "ten chars!!").message).toBe(
      "kid: expected a number, found a string of 11 characters",
    );
  });

  it("shows numbers and the like, and of anything else its type alone", () => {
    for (const [value, shown] of [
      [5, "5"],
      [true, "true"],
      [undefined, "undefined"],
      [NaN, "NaN"],
      [null, "object"],
      [["secret"], "object"],
      [{ toString: () => "secret" }, "object"],
      [Symbol("secret"), "symbol"],
      [5n, "bigint"],
      [() => "secret", "function"],
    ] as const) {
      expect(wrongArgument("kid", "a text", value).message).toBe(`kid: expected a text, found ${shown}`);
    }
  });

  it("has the code that it is made with, invalid_argument unless told", () => {
    expect(wrongArgument("kid", "a text", 5)).toMatchObject({ name: "TypeError", code: "invalid_argument" });
    expect(wrongArgument("kid", "a text", 5, "invalid_key")).toMatchObject({ name: "TypeError", code: "invalid_key" });
  });
});

describe("checkOptions", () => {
  it("gives options back whose names it knows, inherited ones included", () => {
    for (const options of [
      {},
      { kid: 1 },
      { kid: undefined, use: null },
      Object.create({ kid: 1 }) as object,
      Object.create(null) as object,
    ])
      expect(checkOptions(options, ["kid", "use"])).toBe(options);
  });

  class Fields {
    kid = 1;
  }
  class Accessors {
    get kid(): number {
      return Date.now();
    }
  }
  class Misspelt extends Fields {
    get kidd(): number {
      return Date.now();
    }
  }
  it("takes the fields of a class, and a Proxy of a plain object", () => {
    for (const options of [new Fields(), new Proxy({ kid: 1 }, {})])
      expect(checkOptions(options, ["kid"])).toBe(options);
  });

  it.each<[string, object]>([
    ["a Map", new Map([["kid", 1]])],
    ["a Set", new Set(["kid"])],
    ["a Date", new Date()],
    ["a promise", Promise.resolve({ kid: 1 })],
    ["an Error", new Error("kid")],
    ["URLSearchParams", new URLSearchParams("kid=1")],
    ["Headers", new Headers({ kid: "1" })],
    ["an accessor of a class", new Accessors()],
    ["an unknown accessor of a class", new Misspelt()],
    ["a hidden member", Object.defineProperty({}, "kidd", { value: 1 })],
    ["an inherited hidden member", Object.create(Object.defineProperty({}, "kidd", { value: 1 })) as object],
    ["a Proxy of a Map", new Proxy(new Map(), {})],
    ["a Map of another realm", runInNewContext("new Map([['kid', 1]])") as object],
  ])("refuses %s: what is not enumerated could be misspelt without a word", (_name, options) => {
    expect(refused(() => checkOptions(options, ["kid"]))).toMatch(
      /^(options: expected a plain object, found|unknown option)/,
    );
  });

  it.each([[undefined], [null], ["kid"], [5], [true], [Symbol("options")], [() => ({})], [[]], [[{ kid: 1 }]]])(
    "refuses %o: no object of options",
    (options) => {
      expect(refused(() => checkOptions(options, ["kid"]))).toMatch(/^options: expected an object, found/);
    },
  );

  it.each(["Kid", "kids", "", "toString", "__proto__x", "x".repeat(100)])(
    "refuses the unknown name %j and says which there are",
    (name) => {
      for (const options of [{ [name]: undefined }, { kid: 1, [name]: 1 }, Object.create({ [name]: 1 }) as object]) {
        expect(refused(() => checkOptions(options, ["kid", "use"]))).toBe(
          `unknown option ${JSON.stringify(name.length > 24 ? `${name.slice(0, 24)}…` : name)}, expected one of kid, use`,
        );
      }
    },
  );
});

describe("a prototype that every object has", () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, "polluted");
  });

  it("is refused when it speaks for an option, and only then", () => {
    expect(
      refused(() => {
        refusePolluted(["polluted", "kid"]);
      }),
    ).toBe("accepted");
    Object.defineProperty(Object.prototype, "polluted", { value: true, configurable: true });
    expect(
      refused(() => {
        refusePolluted(["kid", "polluted"]);
      }),
    ).toMatch(/member polluted$/);
    expect(
      refused(() => {
        refusePolluted(["kid"]);
      }),
    ).toBe("accepted");
    // It cannot be enumerated, so the names of the options themselves would not show it.
    expect(refused(() => checkOptions({}, ["kid", "polluted"]))).toMatch(/member polluted$/);
  });
});

describe("texts", () => {
  it("one is given back as it is", () => {
    for (const text of ["x", " ", "\0", "Stryker was here!"]) expect(checkText(text, "issuer")).toBe(text);
    for (const value of ["", undefined, null, 5, [], ["x"], {}, new String("x"), Symbol("x")])
      expect(refused(() => checkText(value, "issuer"))).toMatch(/^issuer: expected a non-empty string, found/);
  });

  it("several are a list of their own", () => {
    const list = ["a", "b"];
    expect(checkTexts(list, "audience")).toEqual(list);
    expect(checkTexts(list, "audience")).not.toBe(list);
    expect(checkTexts("a", "audience")).toEqual(["a"]);
  });

  it("no list, an empty one, holes and empty texts are refused", () => {
    expect(refused(() => checkTexts([], "audience"))).toMatch(/^audience: expected at least one string, found object$/);
    for (const value of [[""], ["a", ""], ["a", 5], [undefined], Array(1), [["a"]], 5, undefined, {}, ""])
      expect(refused(() => checkTexts(value, "audience"))).toMatch(/^audience: expected a non-empty string/);
  });
});

describe("clocks", () => {
  it("none, and functions, are taken as they are", () => {
    const clock = (): Date => new Date(0);
    expect(checkClock(undefined)).toBeUndefined();
    expect(checkClock(clock)).toBe(clock);
    for (const value of [null, 0, "now", new Date(), {}])
      expect(refused(() => checkClock(value))).toMatch(/^now: expected a function that returns a Date, found/);
  });

  it("tell the time in seconds, the system's where there is none", () => {
    expect(checkNow(() => new Date(1500))).toBe(1.5);
    expect(checkNow(() => runInNewContext("new Date(2000)") as Date)).toBe(2);
    expect(Math.abs(checkNow(undefined) - Date.now() / 1000)).toBeLessThan(60);
  });

  it("that do not tell it are refused: no comparison with what they say could fail", () => {
    for (const value of [
      new Date(NaN),
      0,
      Date.now(),
      "2033-01-01",
      null,
      undefined,
      {},
      Promise.resolve(new Date()),
      { getTime: () => 0 },
    ]) {
      expect(refused(() => checkNow(() => value as Date))).toMatch(
        /^now: expected a function that returns a valid Date, found/,
      );
    }
  });

  it("are not asked twice", () => {
    let asked = 0;
    expect(checkNow(() => (asked++ === 0 ? new Date(1000) : new Date(NaN)))).toBe(1);
  });

  it("a Date is one of any realm, and nothing that only looks like it", () => {
    for (const value of [new Date(), new Date(NaN), runInNewContext("new Date()")]) expect(isDate(value)).toBe(true);
    for (const value of [null, undefined, 0, "[object Date]", {}, [], { getTime: () => 0 }])
      expect(isDate(value)).toBe(false);
  });
});

describe("readOptions", () => {
  const readers = {
    name: checkText,
    on: optional(checkBoolean, true),
    hook: optional(checkFunction),
    size: optional(checkPositive, 5),
    store: optional(withMethods<Set<string>>("a store", "has", "add")),
  };

  it("reads each option by its reader, and gives what is left out its default", () => {
    const hook = (): undefined => undefined;
    const store = new Set<string>();
    expect(readOptions({ name: "a", hook, store }, readers)).toEqual({ name: "a", on: true, hook, size: 5, store });
    expect(readOptions({ name: "a", on: false, size: 0.5, hook: undefined }, readers)).toEqual({
      name: "a",
      on: false,
      hook: undefined,
      size: 0.5,
      store: undefined,
    });
  });

  it.each([
    [{ name: "a", on: 0 }, "on: expected true or false, found 0"],
    [{ name: "a", on: null }, "on: expected true or false, found object"],
    [{ name: "a", hook: "do" }, 'hook: expected a function, found "do"'],
    [{ name: "a", size: 0 }, "size: expected a number above zero, found 0"],
    [{ name: "a", size: NaN }, "size: expected a number above zero, found NaN"],
    [{ name: "a", size: Infinity }, "size: expected a number above zero, found Infinity"],
    [{ name: "a", size: "5" }, 'size: expected a number above zero, found "5"'],
    [{ name: "a", store: { has: () => true } }, "store: expected a store with add(), found object"],
    [{ name: "a", store: null }, "store: expected a store with has(), found object"],
    [{ name: "a", store: () => 1 }, "store: expected a store with has(), found function"],
    [{}, "name: expected a non-empty string, found undefined"],
    [{ nam: "a" }, 'unknown option "nam", expected one of name, on, hook, size, store'],
  ])("refuses %o", (options, message) => {
    expect(refused(() => readOptions(options, readers))).toBe(message);
  });

  it("has every name in its result, so that a prototype adds none later", () => {
    const read = readOptions({ name: "a" }, readers);
    for (const name of Object.keys(readers)) expect(Object.hasOwn(read, name)).toBe(true);
  });

  it("takes the names that are read elsewhere, and does not return them", () => {
    expect(readOptions({ name: "a", more: 1 }, { name: checkText }, ["more"])).toEqual({ name: "a" });
  });
});

describe("what is easily given by mistake", () => {
  it.each([
    [[1, 2, () => 1], true],
    [[1, 2, 3, () => 1], true],
    [[1, () => 1], false],
    [[() => 1], false],
    [[1, () => 1, 3], false],
    [[1, 2, "function"], false],
    [[1, 2, 3, { call: () => 1 }], false],
    [[], false],
  ])("a callback behind the options: %o", (given, isRefused) => {
    const found = refused(() => {
      refuseCallback(given);
    });
    expect(found).toBe(
      isRefused
        ? "the last argument is a function, but callbacks are not supported: use the returned value"
        : "accepted",
    );
  });

  it.each([Promise.resolve(1), { then: () => 1 }, Object.create({ then: () => 1 }) as object])(
    "a promise that nobody awaited: %o",
    (promise) => {
      expect(
        refused(() => {
          refusePromise("token", promise);
        }),
      ).toBe("token: found a promise: await it");
    },
  );

  it.each([null, undefined, "then", 5, {}, { then: 5 }, { then: undefined }, () => 1, []])(
    "and what is no promise: %o",
    (value) => {
      expect(
        refused(() => {
          refusePromise("token", value);
        }),
      ).toBe("accepted");
    },
  );

  it("members that enumeration does not show, or that are inherited accessors", () => {
    const found = (options: object): string =>
      refused(() => {
        refuseHidden(options, ["name"], "options");
      });
    class Own {
      name = 1;
    }
    const inherited = (accessor: PropertyDescriptor): object =>
      Object.create(Object.create(Object.prototype, { name: accessor }) as object) as object;
    class Method {
      name(): number {
        return 1;
      }
    }
    const hidden = "options: expected a plain object, found one with a hidden member ";
    expect(found({ name: 1 })).toBe("accepted");
    expect(
      found({
        get name() {
          return 1;
        },
      }),
    ).toBe("accepted");
    expect(found(new Own())).toBe("accepted");
    expect(found(inherited({ value: 1 }))).toBe("accepted");
    expect(found(new Method())).toBe("accepted");
    expect(found(inherited({ get: () => 1 }))).toBe(`${hidden}"name"`);
    expect(found(Object.defineProperty({}, "nam", { value: 1 }))).toBe(`${hidden}"nam"`);
    expect(found(Object.assign(Object.create(null) as object, { name: 1 }))).toBe("accepted");
    expect(found({ constructor: 1 })).toBe(`${hidden}"constructor"`);
  });

  it("an option that is checked elsewhere comes through as it is", () => {
    const value = { any: "thing" };
    expect(checkedElsewhere(value)).toBe(value);
  });
});
