/**
 * Promises that an agreement may not contain: mediation never bars a party from suing, arbitrating or petitioning
 * (人民调解法 3(3)). The patterns look for giving up, ending, not using or paying for such a way in any common wording.
 * They read words, not meaning: what they refuse is put in other words, what they miss is still void before a court.
 */

/** Ways to assert a right; their costs and limits are none. */
const remedy =
  '(?:起诉|诉讼|上诉|反诉|抗诉|再审|提诉|诉权|告状|状告|提告|打官司|告到|告上|诉诸|走法律|法律程序|法律途径|司法途径|司法救济|司法程序|向法院|到法院|找法院|去法院|向人民法院|仲裁|信访|上访|走访|越级访|缠访|闹访|进京|赴京|去北京|到北京|找(?:任何|有关|相关|各级|政府)?(?:部门|政府|单位|机关|领导|组织)|反映问题|反映情况|反映诉求|反映此事|申诉|控告|举报|检举|揭发|投诉|复议|复查|复核|维权|主张权利)(?!费|时效|期间|期限|请求权基础)';

const notUsing =
  '(?:放弃|弃绝|舍弃|撤销|终止|停止|中止|终结|取消|杜绝|禁止|严禁|拒绝|免除|丧失|失去|无权|没有权利|(?:永|绝|决|再|再也|永远|保证|承诺|同意|自愿|誓)不|不(?:得|再|能|会|准|许|可|予|应|要|该|去|用|向|到|找|走|因|就|以|通过|作|做|提起|提出|提|申请|进行|启动|采取|寻求|行使|享有|具有|参与)|勿|莫要)';

/** What keeps a way open, or begins to speak of somebody or something else. */
const keepsOpen =
  '可以|可向|可依法|可以?通过|有权|阻止|阻碍|阻挠|妨碍|妨害|限制|影响|干涉|干预|剥夺|排除|履行|成的|成功|一致|同意的|愿意?的|按期|按时|按约|放弃';
const turns =
  '甲方|乙方|丙方|丁方|任何一方|任一方|一方|另一方|双方|各方|当事人|否则|如|若|倘|逾期|则|并|且|同时|由|应|但|可|仍|另|违者|违约';

/** Up to so many characters of the same thought: a comma is crossed unless something else begins after it. */
const sameThought = (characters: number): string =>
  `(?:(?!${keepsOpen})[^。；;!！?？.,，]|[,，](?!${turns})){0,${String(characters)}}?`;

const barsRemedies: readonly RegExp[] = [
  /(?:息|罢|停|弃|禁)(?:访|诉)|不诉不访|不访不闹|不缠不闹/u,
  // "撤回起诉" in a pending suit leaves the right to sue; to withdraw a petition or complaint does not settle it.
  /撤回(?:[^。；;,，]){0,8}?(?:信访|上访|投诉|举报|控告|申诉|检举)/u,
  new RegExp(`${notUsing}${sameThought(20)}${remedy}`, 'u'),
  new RegExp(`不(?:得|再|能|会|要)*以[^。；;,，]{1,20}?(?:为由|理由|借口|名义)${sameThought(10)}${remedy}`, 'u'),
  // A bare 不 denies only what stands right behind it.
  new RegExp(`不(?:依法|另行|单独|私自|擅自|集体|越级|继续|重新)?${remedy}`, 'u'),
  new RegExp(
    `${remedy}(?:[^。；;,，]){0,8}?(?:权利?|资格|行为|请求|事项|程序)?(?:[^。；;,，不得]){0,6}?(?:放弃|作废|消灭|丧失|一笔勾销|不再(?:行使|提起|提出|进行|发生|主张|享有))`,
    'u',
  ),
  new RegExp(
    `(?:如|若|一旦|凡|倘|假如|要是|只要)(?:(?!可|有权|逾期|违约|未|不|协商|拒|争议)[^。；;]){0,14}?${remedy}(?:(?!可以|有权|要求|请求|主张)[^。；;]){0,10}?(?:视为违约|视为反悔|违约金|退还|返还|退回|退赔|收回|后果自负|协议无效|协议作废|承担违约)`,
    'u',
  ),
  /\b(?:waiv(?:e|es|er|ing)|giv(?:e|es|ing) up|gave up|forgo(?:es)?|forego(?:es)?|relinquish(?:es)?|renounces?|surrenders?|abandons?|refrains?|desists?|ceases?|stops?|drops?|withdraws? from|(?:shall|will|may|can|do|does|must|should|agrees?|promises?|undertakes?|covenants?) not|cannot|can't|won't|not to|never|no longer|(?:barred|precluded|prohibited|excluded) from|no (?:further|more|right to)|without recourse to)\b(?:(?!\b(?:may|prevents?|hinders?|affects?|limits?|restricts?|impairs?|obstructs?|delays?|entitled|free to)\b)[^.;]){0,60}\b(?:sues?|suing|suits?|lawsuits?|litigat\w*|petition\w*|arbitrat\w*|appeals?|appealing|complain\w*|courts?|legal action|legal proceedings|legal remed\w+|judicial review|whistle-?blow\w*)\b/iu,
];

const simplified: Readonly<Record<string, string>> = Object.fromEntries(
  [...'棄弃訴诉訟讼訪访審审議议復复覆复檢检舉举絕绝許许權权終终撤撤銷销請请無无後后會会罷罢'].flatMap((char, i, all) =>
    i % 2 === 0 ? [[char, all[i + 1] ?? char]] : [],
  ),
);

/** One spelling for what looks alike: full width, traditional characters, spaces, marks and invisible characters between. */
const plainly = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Mn}]/gu, '')
    .replace(/[\s"'“”‘’「」『』《》〈〉【】[\](){}<>·•・*_~|/\\+=#^`…—–-]+/gu, (gap) =>
      /\s/u.test(gap) ? ' ' : gap === "'" ? "'" : '',
    )
    .replace(/(?<=\P{ASCII}) +| +(?=\P{ASCII})/gu, '')
    .replace(/(?<=\p{Script=Han})[、:：](?=\p{Script=Han})/gu, '')
    .replace(/\p{Script=Han}/gu, (char) => simplified[char] ?? char);

/** The part of a text that promises away a remedy; undefined when it promises nothing of the kind. */
export const promiseAgainstRemedies = (text: string): string | undefined => {
  const plain = plainly(text);
  for (const pattern of barsRemedies) {
    const match = pattern.exec(plain);
    if (match) return match[0];
  }
  return undefined;
};

/** What makes a sentence about the past a promise. */
const commits =
  /承诺|保证|同意|自愿|愿意|今后|以后|从此|不再|永|息访|罢访|息诉|罢诉|\b(?:promis|agree|undertak|pledg|never|no longer|will not|shall not)/iu;

/**
 * The same for the facts of an agreement, which tell what happened: "曾因停止信访而未获答复" promises nothing. Only a
 * sentence that commits somebody is read as a promise.
 */
export const promiseInFacts = (text: string): string | undefined => {
  for (const sentence of text.split(/[。；;!！?？\n]/u)) {
    const promise = commits.test(plainly(sentence)) ? promiseAgainstRemedies(sentence) : undefined;
    if (promise !== undefined) return promise;
  }
  return undefined;
};
