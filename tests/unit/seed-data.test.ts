import { describe, expect, it } from 'vitest';
import { roles } from '../../domain/access/roles.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import type { Category } from '../../domain/ports.ts';
import categoryRows from '../../local/data/categories.json' with { type: 'json' };
import identities from '../../local/data/identities.json' with { type: 'json' };
import unitRows from '../../local/data/units.json' with { type: 'json' };

const units = unitRows as readonly Unit[];
const categories = categoryRows as readonly Category[];
const directory = new UnitDirectory(units);

const countiesAndCities = {
  '622901': '临夏市',
  '622921': '临夏县',
  '622922': '康乐县',
  '622923': '永靖县',
  '622924': '广河县',
  '622925': '和政县',
  '622926': '东乡族自治县',
  '622927': '积石山保安族东乡族撒拉族自治县',
};

const kinds = [
  'government',
  'petition-office',
  'department',
  'centre',
  'mediation-committee',
  'discipline',
  'political-legal',
  'village-committee',
];

/** Follows `next` from a unit until there is none; throws when it comes back to where it was. */
function chain(from: string, next: (id: string) => string | undefined): string[] {
  const passed: string[] = [];
  for (let id: string | undefined = from; id !== undefined; id = next(id)) {
    if (passed.includes(id)) throw new Error(`${from} leads back to ${id}`);
    passed.push(id);
  }
  return passed;
}

describe('the organisation tree that comes with the system', () => {
  it('has the eight counties and cities of the prefecture, each with a petition office', () => {
    for (const [id, name] of Object.entries(countiesAndCities)) {
      expect(directory.get(id)).toMatchObject({ name, kind: 'government', level: 'county', parent: '622900' });
      expect(directory.get(`${id}-xfj`)).toMatchObject({ kind: 'petition-office', parent: id });
    }
    expect(units.filter((unit) => unit.kind === 'government' && unit.level === 'county')).toHaveLength(8);
  });

  it('names every unit once', () => {
    expect(new Set(units.map((unit) => unit.id)).size).toBe(units.length);
    expect(new Set(units.map((unit) => unit.name)).size).toBe(units.length);
  });

  it.each(units)('knows every unit that $name ($id) refers to', (unit) => {
    expect(kinds).toContain(unit.kind);
    expect(['prefecture', 'county', 'township', 'village']).toContain(unit.level);
    for (const other of [unit.parent, unit.ledBy, unit.petitionOffice, unit.reviewedBy, unit.successor]) {
      if (other !== undefined) expect(directory.get(other), other).toBeDefined();
    }
  });

  it('has one root and no circle, upwards or from review to recheck', () => {
    expect(units.filter((unit) => unit.parent === undefined).map((unit) => unit.id)).toEqual(['622900']);
    for (const { id } of units) {
      expect(chain(id, (at) => directory.get(at)?.parent).at(-1)).toBe('622900');
      expect(chain(id, (at) => directory.reviewerOf(at)).at(-1)).toBe('622900');
    }
  });

  it('lets no unit review its own opinion or that of its own centre', () => {
    for (const unit of units.filter(({ id }) => id !== '622900')) {
      expect(directory.reviewerOf(unit.id)).not.toBe(unit.id);
      if (unit.level === 'township') expect(directory.get(directory.reviewerOf(unit.id) ?? '')?.level).toBe('county');
    }
  });

  it('sends every unit to a petition office or a centre of its own level, a village to the nearest above', () => {
    for (const unit of units) {
      const office = directory.get(directory.petitionOfficeOf(unit.id));
      expect(['petition-office', 'centre']).toContain(office?.kind);
      // The Regulation knows no petition office of a village.
      if (unit.level === 'village') expect(directory.isWithin(unit.id, office?.parent ?? '')).toBe(true);
      else expect(office?.level).toBe(unit.level);
    }
  });

  it('lets leaders approve for a unit only from within the line above it', () => {
    for (const { id } of units) expect(directory.isWithin(id, directory.leadershipOf(id))).toBe(true);
  });
});

describe('the classification that comes with the system', () => {
  it('has the seventeen classes of level one', () => {
    expect(categories.filter((category) => category.parent === undefined)).toHaveLength(17);
  });

  it('uses each code once, and files every second level under a first level', () => {
    expect(new Set(categories.map((category) => category.code)).size).toBe(categories.length);
    for (const { code, parent } of categories) {
      if (parent === undefined) expect(code).toMatch(/^\d{2}$/);
      else {
        expect(code).toMatch(new RegExp(`^${parent}\\d{2}$`));
        expect(categories.find((category) => category.code === parent)?.parent).toBeUndefined();
      }
    }
    for (const parent of new Set(categories.flatMap((category) => category.parent ?? [])))
      expect(categories.map((category) => category.code)).toContain(parent);
  });
});

describe('the demo identities', () => {
  it('have ids that are unique and easy to type', () => {
    expect(new Set(identities.map((identity) => identity.id)).size).toBe(identities.length);
    for (const { id } of identities) expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
  });

  it.each(identities)('$id works for a known unit in known roles', (identity) => {
    expect(directory.get(identity.unit)).toBeDefined();
    expect(identity.roles.length).toBeGreaterThan(0);
    for (const role of identity.roles) expect(roles).toContain(role);
  });

  it('are clearly nobody: a post and a letter of the Chinese series, never a person’s name', () => {
    for (const { name } of identities) expect(name).toMatch(/(员|领导|负责人)[甲乙丙丁]$/);
  });

  it.each(identities)('$id says what post it is', ({ post }) => {
    expect(post).toMatch(/./);
  });

  it('cover every role', () => {
    expect([...new Set(identities.flatMap((identity) => identity.roles))].sort()).toEqual([...roles].sort());
  });
});
