// Shows the panel at the click, and fetches all files of a widget at once.
  function opened(begin) {
    document.querySelector(".open").addEventListener("click", () => {
      const panel = document.querySelector(".panel");
      panel.hidden = false;
      begin(panel);
    }, { once: true });
  }
  function bring(files, done) {
    let missing = files.length;
    for (const file of files) {
      const css = file.endsWith(".css");
      const element = document.createElement(css ? "link" : "script");
      element[css ? "href" : "src"] = `/npm/${file}`;
      if (css) element.rel = "stylesheet";
      else if (file.endsWith(".bundle.js")) element.type = "module";
      // Together on their way, and run in turn.
      else element.async = false;
      element.onload = () => --missing || done();
      document.head.append(element);
    }
  }
