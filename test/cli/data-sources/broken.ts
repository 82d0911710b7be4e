throw new Error('it throws when it is loaded');
