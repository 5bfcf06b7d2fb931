// GraphiQL speaks English only and has no setting for it: its labels are put into Chinese while bundling.
// A label that the installed version does not have stops the build, so that an upgrade cannot lose one silently.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const labels = {
  'graphiql/dist/GraphiQL.js': {
    'New tab': '新标签页',
    'Editor Commands': '编辑命令',
    'Operation Editor': '查询编辑器',
    Variables: '变量',
    Headers: '请求头',
    Show: '显示',
    Hide: '收起',
    'editor tools': '变量和请求头',
    'Select active operation': '选择标签页',
  },
  'graphiql/dist/ui/sidebar.js': {
    Show: '显示',
    Hide: '收起',
    'Re-fetch GraphQL schema': '重新读取结构',
    'Open short keys dialog': '快捷键',
    'Open settings dialog': '设置',
    'Short Keys': '快捷键',
    'This modal provides a list of available keyboard shortcuts and their functions.': '快捷键和它们的用处。',
    Settings: '设置',
    'This modal lets you adjust header persistence, interface theme, and clear local storage.': '外观和本机保存的内容。',
    Theme: '外观',
    'Adjust how the interface appears.': '浅色、深色，或者跟随系统。',
    System: '跟随系统',
    Light: '浅色',
    Dark: '深色',
    'Clear storage': '清除保存的内容',
    'Remove all locally stored data and start fresh.': '删去这台设备上保存的标签页和历史，重新开始。',
    'Cleared data': '已清除',
    Failed: '没有成功',
    'Clear data': '清除',
  },
  'graphiql/dist/ui/short-keys.js': {
    'Short Key': '按键',
    Function: '用处',
    'Execute query': '执行查询',
    'Open the Command Palette (you must have focus in the editor)': '打开命令面板（光标在编辑器里时）',
    'Prettify editors': '整理格式',
    'Copy query': '复制查询',
    'Re-fetch schema using introspection': '重新读取结构',
    'Search in documentation': '在文档里找',
    'Search in editor': '在编辑器里找',
    'Merge fragments definitions into operation definition': '把片段并入查询',
  },
  'graphiql/dist/ui/toolbar.js': {
    'Prettify query': '整理格式',
    'Merge fragments into query': '把片段并入查询',
    'Copy query': '复制查询',
  },
  '@graphiql/react/dist/components/execute-button/index.js': { Execute: '执行', Stop: '停止', query: '查询' },
  '@graphiql/react/dist/utility/tabs.js': { '<untitled>': '未命名' },
  '@graphiql/react/dist/components/dialog/index.js': { 'Close dialog': '关闭' },
  '@graphiql/react/dist/components/tabs/index.js': { 'Close Tab': '关闭标签页' },
  '@graphiql/plugin-history/dist/index.js': { History: '历史 / History' },
  '@graphiql/plugin-history/dist/components.js': {
    History: '历史',
    Clear: '清除',
    Cleared: '已清除',
    'Failed to Clear': '没有成功',
    'Type a label': '起个名字',
    Save: '保存',
    'Set active': '打开',
    'Edit label': '改名',
    'Add favorite': '收藏',
    'Remove favorite': '取消收藏',
    'Delete from history': '删除',
  },
  '@graphiql/plugin-doc-explorer/dist/context.js': {
    'Documentation Explorer': '文档 / Docs',
    'Show Documentation Explorer': '显示 文档 / Docs', // found again by this label
    Docs: '文档',
  },
  '@graphiql/plugin-doc-explorer/dist/components/doc-explorer.js': {
    'Documentation Explorer': '文档',
    'Error fetching schema': '没有读到结构',
    'No GraphQL schema available': '没有结构可看',
    'Schema is invalid: ': '结构有误：',
    'Go back to': '回到',
  },
  '@graphiql/plugin-doc-explorer/dist/components/search.js': {
    'No results found': '没有找到',
    'Other results': '其他结果',
  },
  '@graphiql/plugin-doc-explorer/dist/components/schema-documentation.js': {
    'A GraphQL schema provides a root type for each kind of operation.': '从下面的入口类型开始看。',
    'Root Types': '入口类型',
    'All Schema Types': '全部类型',
  },
  '@graphiql/plugin-doc-explorer/dist/components/section.js': {
    'Root Types': '入口类型', // icons are found by the title
    'All Schema Types': '全部类型',
  },
  'graphiql-explorer/dist/Explorer.js': {
    'Add new': '再加一个',
    'Remove the variable': '去掉变量',
    'Extract the current value into a GraphQL variable': '把这个值改成变量',
    'Extract selections into a new reusable fragment': '把这些字段做成片段',
    'Something went wrong': '出了点问题',
  },
};
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export const inChinese = {
  name: 'in-chinese',
  setup({ onLoad }) {
    for (const [file, words] of Object.entries(labels))
      onLoad({ filter: new RegExp(`node_modules/${escaped(file)}$`.replaceAll('/', '[\\\\/]')) }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const [english, chinese] of Object.entries(words)) {
          const label = new RegExp(`(?<=["'\`]|\\} )${escaped(english)}(?=["'\`]| \\(| ?\\$\\{)`, 'g');
          if (!label.test(contents)) throw new Error(`${file} has no label "${english}" any more`);
          contents = contents.replace(label, chinese);
        }
        return { contents, loader: 'js' };
      });
  },
};
