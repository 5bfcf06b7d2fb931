/** The client's own words in Chinese, and which language is spoken; words for codes come from the API. */
import { signal } from './vendor/preact.js';

const ZH = {
  site: (place) => `${place}志愿服务`,
  service: '志愿服务',
  skip: '跳到正文',
  home: '首页',
  teams: '队伍名录',
  other: 'English',
  menu: '导航',
  eyebrow: '新时代文明实践',
  lead: '三级三类志愿服务队的公开名录。查队伍，看队伍会什么，知道到哪里求助。',
  searchLabel: '搜索队伍',
  searchHint: '队名、地名、本领或拼音首字母',
  search: '搜索',
  clear: '清除',
  matrix: '各级各类队伍',
  matrixHint: '点数字，看队伍。',
  level: '级别',
  type: '类型',
  total: '合计',
  cell: (level, type, count) => `${level} ${type} ${count} 支`,
  unitTeams: '志愿服务队',
  unitMembers: '队员人次',
  unitVillages: '嘎查村社区',
  unitStations: '实践阵地',
  byTownship: '按苏木乡镇看',
  helpTitle: '怎样求助',
  help: [
    ['到站里说', '到嘎查村社区的新时代文明实践站，把难处告诉站里的人，由他们代为点单。'],
    ['周例会上提', '村里的“双书记”周例会收集难事，请向党支部书记或驻村第一书记说。'],
    ['等队伍上门', '指挥中心派单，合适的志愿服务队接单上门；办完由您评单。'],
  ],
  helpNote: '为保护个人信息，这里不公开任何电话号码。',
  staff: '工作人员：导入台账',
  yourVillage: '您所在嘎查村社区',
  helpTeam: (place) => `需要这支队伍帮忙？请到${place}的实践站，或在村里的“双书记”周例会上提出，由站里的人代您点单，指挥中心派单。`,
  allPlaces: '全部地方',
  allLevels: '全部级别',
  allTypes: '全部类型',
  allPlatforms: '全部平台',
  place: '地方',
  platform: '平台',
  found: (count) => `共 ${count} 支队伍`,
  more: '再看一些',
  loading: '正在读取…',
  end: '已经到底了',
  nothing: '没有符合的队伍',
  nothingHint: '换一个词，或者少用一个条件。',
  clearAll: '清除全部条件',
  exported: '导出表格',
  members: (count) => `${count} 人`,
  leader: '队长',
  noLeader: '未登记',
  back: '返回名录',
  chain: '所在地方',
  parent: '上级队伍',
  children: (count) => `下级队伍（${count} 支）`,
  childrenFirst: (count) => `这里列出前 ${count} 支。`,
  node: '所属阵地',
  host: '挂靠单位',
  founded: '成立日期',
  code: '队伍编号',
  memberCount: '现有队员',
  partyShare: '党员比例',
  skills: '队员的本领',
  noSkills: '还没有登记技能。',
  people: (count) => `${count} 人`,
  platforms: '服务平台',
  intro: '简介',
  about: '基本情况',
  masked: '队长的姓名，对公众只显示姓氏。',
  noTeam: '没有这支队伍',
  noTeamHint: '编号可能有误，或者队伍已经解散。',
  noPage: '没有这个页面',
  offline: '没有网络',
  offlineHint: '连上网络后会自动再试。',
  slow: '信号太弱，没有等到回答',
  slowHint: '换个信号好一点的地方再试。',
  server: '服务暂时没有正常回答',
  serverHint: '请稍后再试。',
  refused: '这个请求没有被接受',
  refusedHint: '网址里的条件可能有误。',
  request: '请求编号',
  again: '再试一次',
  staleOffline: (moment) => `离线，显示的是 ${moment} 的数据`,
  stale: (moment) => `信号不好，显示的是 ${moment} 的数据`,
};

const WORDS = { ZH };

/** ZH or EN, as the API's `Language`. */
export const language = signal('ZH');

async function speak(chosen) {
  if (!WORDS[chosen]) WORDS[chosen] = (await import('./words.en.js')).EN;
  language.value = chosen;
}

/** Speak the language chosen on an earlier visit; Chinese where its words cannot be had. */
export async function speakAsBefore() {
  try {
    if (localStorage.getItem('language') === 'EN') await speak('EN');
  } catch {
    // no storage, or no signal
  }
}

export async function switchLanguage() {
  try {
    await speak(language.value === 'ZH' ? 'EN' : 'ZH');
    localStorage.setItem('language', language.value);
  } catch {
    // without a signal it stays as it is; without storage the choice lasts as long as the page
  }
}

/** The words of the chosen language; a component that reads them is drawn again when it changes. */
export const words = () => WORDS[language.value];

const locale = () => (language.value === 'ZH' ? 'zh-CN' : 'en');

export const number = (value) => value.toLocaleString(locale());

/** A calendar day of the API, such as 2019-11-29, in words. */
export const day = (value) =>
  new Date(`${value}T00:00:00Z`).toLocaleDateString(locale(), {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  });

/** A moment of this device in the county's time. */
export const moment = (at) =>
  new Date(at).toLocaleString(locale(), {
    timeZone: 'Asia/Shanghai',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });

/** A label of the API as it begins a line: English ones come in lower case. */
export const capital = (label) => label.charAt(0).toUpperCase() + label.slice(1);
