// Where the layout of explorer.css changes: on a phone a panel covers the editor.
export const onPhone = () => matchMedia('(max-width: 700px)').matches;
