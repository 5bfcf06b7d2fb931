/* Says something useful when the page cannot start: a browser too old, or a file lost on a weak signal.
   Written for any browser (ES5): where the other modules cannot run, this one must. */
(function () {
  var WAIT = 15000;
  var root = document.documentElement;

  function say(lines, again) {
    var app = document.getElementById('app');
    if (!app || root.hasAttribute('data-started')) return;
    app.innerHTML = '';
    var main = document.createElement('main');
    main.className = 'opening';
    main.setAttribute('role', 'alert');
    for (var at = 0; at < lines.length; at += 1) {
      var line = document.createElement('p');
      line.textContent = lines[at];
      main.appendChild(line);
    }
    if (again) {
      var button = document.createElement('button');
      button.className = 'button';
      button.textContent = '再试一次 Try again';
      button.onclick = function () {
        location.reload();
      };
      main.appendChild(button);
    }
    app.appendChild(main);
  }

  function tooOld() {
    say([
      '这个浏览器太旧，打不开这个页面。请更新微信或换一个浏览器。',
      '有难处，也可以到嘎查村社区的实践站或在“双书记”周例会上说，由站里的人代办。',
      'This browser is too old for the page.'
    ]);
  }

  function lost() {
    say(['信号太弱，页面没有取全。', 'The signal is weak: parts of the page are missing.'], true);
  }

  if (!('noModule' in document.createElement('script'))) {
    tooOld();
    return;
  }
  window.addEventListener(
    'error',
    function (event) {
      var target = event.target;
      if (target && target.tagName === 'SCRIPT') lost();
      else if (event.error instanceof SyntaxError) tooOld();
    },
    true
  );
  window.setTimeout(lost, WAIT);
})();
