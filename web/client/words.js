/** The client's own words in Chinese and English; words for codes come from the API. */
import { signal } from './vendor/preact.js';

const ZH = {
  site: (place) => `${place}志愿服务`,
  skip: '跳到正文',
  home: '首页',
  teams: '队伍名录',
  other: 'English',
  menu: '导航',
  eyebrow: '新时代文明实践',
  lead: '三级三类志愿服务队的公开名录。查队伍，看队伍会什么，知道到哪里求助。',
  searchLabel: '搜索队伍',
  searchHint: '队名、拼音或首字母，如 glb',
  search: '搜索',
  clear: '清除',
  matrix: '各级各类队伍',
  matrixHint: '点数字，看队伍。',
  level: '级别',
  type: '类型',
  total: '合计',
  cell: (level, type, count) => `${level} ${type} ${count} 支`,
  unitTeams: '支队伍',
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
  masked: '姓名只对公众显示姓氏。',
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

const EN = {
  site: (place) => `${place} Volunteers`,
  skip: 'Skip to content',
  home: 'Home',
  teams: 'Teams',
  other: '中文',
  menu: 'Navigation',
  eyebrow: 'Civilization practice',
  lead: 'The public directory of the volunteer teams: find a team, see what it can do, know where to ask for help.',
  searchLabel: 'Search teams',
  searchHint: 'Name, pinyin or initials, e.g. glb',
  search: 'Search',
  clear: 'Clear',
  matrix: 'Teams by level and type',
  matrixHint: 'Tap a number to see the teams.',
  level: 'Level',
  type: 'Type',
  total: 'Total',
  cell: (level, type, count) => `${level}, ${type}: ${count} teams`,
  unitTeams: 'teams',
  unitMembers: 'memberships',
  unitVillages: 'villages',
  unitStations: 'practice sites',
  byTownship: 'By township',
  helpTitle: 'How to ask for help',
  help: [
    ['Go to the station', 'Tell the people of the practice station in your gacha what you need; they file it for you.'],
    ['Say it at the weekly meeting', 'The two secretaries of the village collect needs at their weekly meeting.'],
    ['A team comes', 'The command center dispatches the order, a fitting team accepts it; afterwards you review it.'],
  ],
  helpNote: 'To protect personal data, no phone numbers are public here.',
  yourVillage: 'your own village',
  helpTeam: (place) =>
    `Do you need this team? Go to the practice station of ${place}, or say it at the weekly meeting of the two ` +
    `secretaries (双书记周例会): the station files an order and the command center dispatches it.`,
  allPlaces: 'All places',
  allLevels: 'All levels',
  allTypes: 'All types',
  allPlatforms: 'All platforms',
  place: 'Place',
  platform: 'Platform',
  found: (count) => (count === '1' ? '1 team' : `${count} teams`),
  more: 'Show more',
  loading: 'Loading…',
  end: 'That is all',
  nothing: 'No team matches',
  nothingHint: 'Try another word or fewer filters.',
  clearAll: 'Clear all filters',
  members: (count) => (count === '1' ? '1 member' : `${count} members`),
  leader: 'Leader',
  noLeader: 'not registered',
  back: 'Back to the teams',
  chain: 'Where it is',
  parent: 'Team above',
  children: (count) => `Teams below (${count})`,
  childrenFirst: (count) => `The first ${count} are listed.`,
  node: 'Practice site',
  host: 'Host unit',
  founded: 'Founded',
  code: 'Code',
  memberCount: 'Members',
  partyShare: 'Party members',
  skills: 'What its members can do',
  noSkills: 'No skills registered yet.',
  people: (count) => `${count}`,
  platforms: 'Service platforms',
  intro: 'About',
  about: 'Facts',
  masked: 'The public sees family names only.',
  noTeam: 'There is no such team',
  noTeamHint: 'The code may be wrong, or the team was dissolved.',
  noPage: 'There is no such page',
  offline: 'No network',
  offlineHint: 'The page tries again as soon as there is one.',
  slow: 'The signal is too weak',
  slowHint: 'Try again where it is better.',
  server: 'The service did not answer properly',
  serverHint: 'Please try again later.',
  refused: 'This request was not accepted',
  refusedHint: 'A filter in the address may be wrong.',
  request: 'Request',
  again: 'Try again',
  staleOffline: (moment) => `Offline: this is the data of ${moment}`,
  stale: (moment) => `Weak signal: this is the data of ${moment}`,
};

export const WORDS = { ZH, EN };

function chosen() {
  try {
    return localStorage.getItem('language') === 'EN' ? 'EN' : 'ZH';
  } catch {
    return 'ZH';
  }
}

/** ZH or EN, as the API's `Language`. */
export const language = signal(chosen());

export function switchLanguage() {
  language.value = language.value === 'ZH' ? 'EN' : 'ZH';
  try {
    localStorage.setItem('language', language.value);
  } catch {
    // without storage the choice lasts as long as the page
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
