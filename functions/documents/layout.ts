import type { PrintedDocument } from '../../domain/notices/document.ts';

/** A line or table of the printed document, with the role it plays on the page. */
export type Line =
  | {
      readonly role: 'title' | 'number' | 'salutation' | 'heading' | 'paragraph' | 'caption' | 'signature' | 'date';
      readonly text: string;
    }
  | {
      readonly role: 'table' | 'service';
      readonly head?: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

/** A document from its title to its service record: the page and the editable file show these lines in this order. */
export const layout = ({
  title,
  number,
  addressee,
  body,
  basis,
  remedy,
  signatures,
  date,
  service,
}: PrintedDocument): readonly Line[] => [
  { role: 'title', text: title },
  { role: 'number', text: number },
  ...(addressee === undefined ? [] : [{ role: 'salutation', text: `${addressee}：` } as const]),
  ...body.flatMap((block): Line[] => {
    if (block.block === 'table')
      return [{ role: 'table', ...(block.head ? { head: block.head } : {}), rows: block.rows }];
    // Texts that people typed keep their paragraphs.
    return block.text
      .split(/\r?\n/)
      .filter((text) => text.trim() !== '')
      .map((text) => ({ role: block.block, text: text.trim() }));
  }),
  ...(basis.length === 0 ? [] : [{ role: 'paragraph', text: `依据：${basis.join('、')}。` } as const]),
  ...(remedy === undefined ? [] : [{ role: 'paragraph', text: `权利告知：${remedy}` } as const]),
  ...signatures.map((text) => ({ role: 'signature', text }) as const),
  { role: 'date', text: date },
  ...(service === undefined
    ? []
    : ([
        { role: 'caption', text: '送达情况' },
        { role: 'service', head: service.map(([label]) => label), rows: [service.map(([, value]) => value)] },
      ] as const)),
];
