// What a device keeps of unfinished forms: one entry a form, with the moment it was kept.
export function read(key, longest) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < longest ? draft.values : null;
  } catch (_error) {
    return null;
  }
}

export function write(key, values) {
  try {
    if (values) {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
    } else {
      localStorage.removeItem(key);
    }
  } catch (_error) {
    // A browser that keeps nothing: the form works all the same.
  }
}

export function keys(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch (_error) {
    return [];
  }
}
