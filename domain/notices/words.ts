import type { Petitioner } from '../petition/state.ts';

/** `2026-11-24` as documents write it: 2026年11月24日. */
export const officialDay = (day: string): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${year}年${String(Number(month))}月${String(Number(date))}日`;
};

const digits = '零一二三四五六七八九';

/** 1 to 99 in Chinese: 十二, 三十一. */
const numeral = (n: number): string => {
  const [tens, ones] = [Math.floor(n / 10), n % 10];
  return `${tens > 1 ? (digits[tens] ?? '') : ''}${tens > 0 ? '十' : ''}${ones > 0 ? (digits[ones] ?? '') : ''}`;
};

const laws = { R: '信访工作条例', M: '中华人民共和国人民调解法' } as const;

/** An article as documents name it: `R31(6)` is 第三十一条第六项 of 《信访工作条例》. */
const articleOf = (basis: string): { readonly law: string; readonly article: string } | undefined => {
  const [, law, article, item] = /^([RM])(\d{1,2})(?:\((\d{1,2})\))?$/.exec(basis) ?? [];
  if (law === undefined) return undefined;
  return {
    law: `《${laws[law as keyof typeof laws]}》`,
    article: `第${numeral(Number(article))}条${item === undefined ? '' : `第${numeral(Number(item))}项`}`,
  };
};

/** `R31(6)` as documents cite it: 《信访工作条例》第三十一条第六项. A configured source stands as it was configured. */
export const citation = (basis: string): string => {
  const known = articleOf(basis);
  return known ? known.law + known.article : basis;
};

/** Several articles, each named once; those of one law stand together behind its name. */
export const citations = (bases: readonly string[]): readonly string[] => {
  const byLaw = new Map<string, string[]>();
  for (const basis of new Set(bases)) {
    const known = articleOf(basis);
    if (known) byLaw.set(known.law, [...(byLaw.get(known.law) ?? []), known.article]);
  }
  const others = bases.filter((basis) => !articleOf(basis));
  return [...new Set([...[...byLaw].map(([law, articles]) => law + articles.join('、')), ...others])];
};

/** Numbered headings and items: 一、 二、 … */
export const itemNumber = (index: number): string => numeral(index + 1);

/** How a document names the petitioner. Never an identity number: a name in a file tells who is meant. */
export const addresseeOf = (petitioner: Petitioner | undefined): string => {
  switch (petitioner?.form) {
    case 'individual':
      return petitioner.person.name;
    case 'joint': {
      const { representatives, headcount } = petitioner;
      const names = representatives.map(({ name }) => name).join('、');
      return headcount > representatives.length ? `${names}等${String(headcount)}人` : names;
    }
    case 'organisation':
      return petitioner.organisation;
    default:
      return '信访人';
  }
};

/** How a document speaks to the petitioner. */
export const pronounFor = (petitioner: Petitioner | undefined): string =>
  petitioner?.form === 'organisation' ? '贵单位' : petitioner?.form === 'joint' ? '你们' : '您';

export const channelNames = { network: '网上信访', letter: '来信', phone: '来电', fax: '传真', visit: '走访' } as const;

/** Results of opinions and replies, in the words of Art. 29, 31 and 32. */
export const resultNames: Readonly<Record<string, string>> = {
  support: '予以支持',
  explain: '作出解释说明',
  'not-support': '不予支持',
  adopted: '予以采纳',
  partly: '部分采纳',
  'not-adopted': '不予采纳',
  performed: '依法履行职责',
  answered: '依法答复',
};

export const outcomeNames = {
  uphold: '维持原处理意见',
  change: '变更原处理意见',
  quash: '撤销原处理意见，责令重新处理',
} as const;

export const methodNames = {
  'in-person': '直接送达',
  post: '邮寄送达',
  electronic: '电子送达',
  'left-with-witness': '留置送达',
  published: '凭查询码公布',
} as const;

export const mannerNames = { signature: '签名', seal: '盖章', fingerprint: '按指印' } as const;
