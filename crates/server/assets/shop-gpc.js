// The demo's Dirk: his browser says that nothing is to be shared. A real browser says so by itself.
Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true, configurable: true });
